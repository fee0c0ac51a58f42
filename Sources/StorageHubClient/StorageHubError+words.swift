extension StorageHubError: CustomStringConvertible {
    /// A sentence about what happened and one about what to do.
    public var description: String {
        switch self {
        case .unfitAddress:
            "The address of a StorageHub begins with https and has no query, fragment, name or password; http is for "
                + "loopback only."
        case .unreachable(let call):
            "The workspace can't be reached \(call.words). Look whether it runs and its certificate is trusted."
        case .slow(let call, let limit): "The workspace was silent for \(limit) when asked \(call.words). Try later."
        case .cut(let call, _): "The connection to the workspace broke when it was asked \(call.words). Try again."
        case .tokenExpired: "The token for the workspace has expired. Give a new one."
        case .tokenRefused: "The workspace refused the token. Look whether it belongs to this workspace."
        case .tokenRenewed: "The token for the workspace ended just then, and was renewed. Send the file again."
        case .signInOver: "The sign-in at D4Science is over. Sign in again."
        case .contextRefused: "You are no member of this research environment. Ask its managers to let you in."
        case .forbidden(let call): "You may not ask the workspace \(call.words) here. Ask the owner of the folder."
        case .notFound(let call): "The workspace was asked \(call.words), but there is no such file or folder."
        case .locked: "Somebody else is changing the file or folder just now. Try again in a moment."
        case .refused(let call, let exception):
            "The workspace refused \(call.words) (\(exception.rawValue))."
        case .overQuota: "The workspace is full, or the file is too large for it. Make room and try again."
        case .tooManyRequests(_, let time): "The workspace wants fewer requests. Try again \(Self.later(time))."
        case .unavailable(_, let time): "The workspace can't work just now. Try again \(Self.later(time))."
        case .nonsense(let call, let fault):
            "The workspace was asked \(call.words), and its answer can't be used: \(fault.words)."
        case .wrongLength: "The content ended too early or too late, so nothing was changed. Send it again."
        case .nameTaken: "There is something of that name already. Choose another name."
        case .unfitName: "A name has 1 to 255 bytes, no slash and no zero byte, and isn't “.” or “..”."
        case .notFolder: "This isn't a folder."
        case .notFile: "This isn't a file."
        case .protectedFolder: "This folder is shared or belongs to the workspace itself; it stays where it is."
        case .changed: "Somebody changed this meanwhile. Look at what is there now, then try again."
        case .halfDone:
            "The change broke off and couldn't be taken back. Look in both folders and in the trash: nothing was deleted for "
                + "good."
        case .folderTooLarge: "The folder holds more than can be listed. Divide it into several."
        case .cancelled: "The call to the workspace was cancelled."
        }
    }

    private static func later(_ time: Duration?) -> String {
        time.map { "in \($0.components.seconds) s" } ?? "later"
    }
}

extension StorageHubCall {
    /// After “when asked”.
    fileprivate var words: String {
        switch self {
        case .token: "for a token"
        case .profile: "whose token it is"
        case .item: "for a file or folder"
        case .list: "for what is in a folder"
        case .read: "for the content of a file"
        case .write: "to keep a file"
        case .makeFolder: "to make a folder"
        case .rename: "to rename something"
        case .move: "to move something"
        case .copy: "to copy a file"
        case .delete: "to delete something"
        case .restore: "to take something out of the trash"
        case .versions: "for the versions of a file"
        }
    }
}

extension StorageHubNonsense {
    fileprivate var words: String {
        switch self {
        case .redirect: "it is a redirect"
        case .status(let code): "its status is \(code)"
        case .tooLarge: "it is too large"
        case .notJSON: "it isn't what a StorageHub answers"
        case .member(let name): "“\(name)” is missing or of the wrong kind"
        case .identifier: "an item has an impossible id"
        case .page: "the pages of a folder don't fit together"
        case .range: "it is another part of the file"
        case .otherContent: "the file there isn't as long as what was sent"
        case .otherItem: "something else was changed"
        }
    }
}
