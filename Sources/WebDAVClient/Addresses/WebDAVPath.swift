/// A place below the folder that a remote was made for; the folder itself has no names.
public struct WebDAVPath: Sendable, Hashable {
    /// From the top down.
    public let names: [WebDAVName]

    /// Takes names from the top down.
    public init(_ names: [WebDAVName]) {
        self.names = names
    }

    /// Takes names with slashes between, of which those at the ends and double ones don't count; nil for what isn't a name.
    public init?(_ text: String) {
        var names: [WebDAVName] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            guard let name = WebDAVName(bytes: part) else { return nil }
            names.append(name)
        }
        self.names = names
    }

    /// The folder itself.
    public static let root = WebDAVPath([])

    /// The last name; nil for the folder itself.
    public var last: WebDAVName? { names.last }

    /// The folder above; nil for the folder itself.
    public var parent: WebDAVPath? { names.isEmpty ? nil : WebDAVPath(names.dropLast()) }

    /// What is of that name in this folder.
    public func appending(_ name: WebDAVName) -> WebDAVPath {
        WebDAVPath(names + [name])
    }
}

extension WebDAVPath: CustomStringConvertible {
    /// The names with slashes between, to show.
    public var description: String { names.map(\.text).joined(separator: "/") }
}
