/// A dataset that is to be.
public struct OpenBISUpload: Sendable {
    /// The code of its type, such as `ANALYSIS_NOTEBOOK`.
    public var type: String
    /// What it belongs to.
    public var owner: OpenBISOwner
    /// By codes of properties, in any case.
    public var properties: [String: String]
    /// The permanent ids of what it was made from.
    public var parents: [String]
    /// Its files, at least one; several come to lie in a folder `default`, as PyBIS does it (reference 4.11).
    public var files: [OpenBISUploadFile]

    /// Puts an upload together.
    ///
    /// - Parameters:
    ///   - type: the code of its type.
    ///   - owner: what it belongs to.
    ///   - properties: by codes.
    ///   - parents: the permanent ids of what it was made from.
    ///   - files: at least one.
    public init(
        type: String,
        owner: OpenBISOwner,
        properties: [String: String] = [:],
        parents: [String] = [],
        files: [OpenBISUploadFile],
    ) {
        self.type = type
        self.owner = owner
        self.properties = properties
        self.parents = parents
        self.files = files
    }
}
