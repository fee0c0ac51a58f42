/// A parsed document: all its values in the order in which they begin, so that Jackson's references can point at them.
final class JSONDocument: Sendable {
    let nodes: [Node]

    init(_ nodes: [Node]) {
        self.nodes = nodes
    }

    /// The outermost value.
    var top: JSONValue { JSONValue(document: self, index: 0) }

    /// A value; others are told by their index.
    enum Node: Sendable {
        case null
        case flag(Bool)
        /// A whole number, and the object for which it stands where an object is expected.
        case integer(Int64, object: Int32?)
        case real(Double)
        case text(String)
        case list([Int32])
        case object([Member])
    }

    struct Member: Sendable {
        let name: String
        let index: Int32
    }
}

/// A member that is missing or of the wrong kind; by its name.
struct Misfit: Error, Equatable {
    let member: String

    init(_ member: String) {
        self.member = member
    }
}
