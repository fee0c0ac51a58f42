/// Something in the tree of a workspace, under the name by which it is found there.
public struct StorageHubEntry: Sendable, Equatable {
    /// Its name in its folder; empty for the root.
    public let name: String
    /// What it is there.
    public let place: Place

    /// What a path leads to.
    public enum Place: Sendable, Equatable {
        /// An item of the service.
        case item(StorageHubItem)
        /// The folder of the contexts' folders, which the service has not.
        case contextFolders
    }

    /// Whether other entries lie in it.
    public var isFolder: Bool {
        switch place {
        case .item(let item): item.isFolder
        case .contextFolders: true
        }
    }

    /// The item, if it is one.
    public var item: StorageHubItem? {
        if case .item(let item) = place { item } else { nil }
    }
}

/// What must be so right before a file is written.
public enum StorageHubCondition: Sendable, Equatable {
    /// Nothing.
    case none
    /// There is nothing of that name.
    case isNew
    /// The file there still is what somebody has seen.
    case isStill(StorageHubContentVersion)
}

/// What becomes of something that has the wanted name already.
public enum StorageHubTaken: Sendable, Equatable {
    /// It stays, and the change is refused.
    case refuse
    /// It goes into the trash.
    case moveToTrash
}
