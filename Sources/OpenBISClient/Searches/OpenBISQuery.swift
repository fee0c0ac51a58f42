/// What is searched for; all that is said must hold.
public struct OpenBISQuery: Sendable, Equatable {
    /// In which it is, at any depth.
    public var place: OpenBISPlace?
    /// Whether it must be in the place itself: objects of a space that are in no project and no collection, objects of a
    /// project that are in no collection, datasets of a collection that belong to no object.
    public var isDirect: Bool
    /// Its own code, whole.
    public var code: String?
    /// The code of its type.
    public var type: String?
    /// What its code, permanent id, type or name (`$NAME`) must contain, in any case; a path if there is a slash in it, which
    /// the beginning of its path must be.
    ///
    /// Fewer than two letters find nothing.
    public var text: String?
    /// The permanent id of what it must have been made from.
    public var parent: String?
    /// The permanent id of what must have been made from it.
    public var child: String?

    /// Puts a query together; without anything said it finds all that the person may see.
    ///
    /// - Parameters:
    ///   - place: in which it is.
    ///   - isDirect: whether it must be in the place itself.
    ///   - code: its own code, whole.
    ///   - type: the code of its type.
    ///   - text: what people typed.
    ///   - parent: what it must have been made from.
    ///   - child: what must have been made from it.
    public init(
        in place: OpenBISPlace? = nil,
        isDirect: Bool = false,
        code: String? = nil,
        type: String? = nil,
        text: String? = nil,
        parent: String? = nil,
        child: String? = nil,
    ) {
        self.place = place
        self.isDirect = isDirect
        self.code = code
        self.type = type
        self.text = text
        self.parent = parent
        self.child = child
    }
}

/// Where something is.
public enum OpenBISPlace: Sendable, Hashable {
    /// In a space, by its code.
    case space(String)
    /// In a project, by its permanent id.
    case project(String)
    /// In a collection, by its permanent id.
    case experiment(String)
    /// Of an object, by its permanent id.
    case sample(String)
}
