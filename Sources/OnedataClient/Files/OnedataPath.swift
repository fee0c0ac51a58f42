/// Where something is: a space's folder, and names below it.
///
/// Two names are the same only byte by byte: `ä` has two forms.
public struct OnedataPath: Sendable {
    /// The names from the top; none of them is empty, `.` or `..`, has a slash or a zero byte, or is too long.
    public let names: [String]

    /// The top, in which the spaces are.
    public static let top = OnedataPath(known: [])

    /// Puts names together.
    ///
    /// - Parameter names: the first one is a space's folder.
    /// - Throws: ``OnedataError/unfitName``.
    public init(_ names: [String]) throws(OnedataError) {
        guard names.allSatisfy(Self.isFit) else { throw .unfitName }
        self.names = names
    }

    private init(known names: [String]) {
        self.names = names
    }

    /// Reads a path; slashes at its ends and double ones are nothing.
    ///
    /// - Parameter text: `space/folder/file`, not encoded.
    /// - Throws: ``OnedataError/unfitName``.
    public init(_ text: String) throws(OnedataError) {
        try self.init(text.utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) })
    }

    /// A path one deeper.
    ///
    /// - Parameter name: of what is in this folder.
    /// - Returns: its path.
    /// - Throws: ``OnedataError/unfitName``.
    public func appending(_ name: String) throws(OnedataError) -> OnedataPath {
        try OnedataPath(names + [name])
    }

    /// The folder in which it is; nil of the top.
    public var parent: OnedataPath? { names.isEmpty ? nil : OnedataPath(known: names.dropLast()) }

    /// The last name; nil of the top.
    public var name: String? { names.last }

    /// Whether it is that folder or lies in it.
    func lies(in folder: OnedataPath) -> Bool {
        names.count >= folder.names.count && zip(names, folder.names).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
    }

    /// Whether Onedata can have a file of that name.
    static func isFit(_ name: String) -> Bool {
        (1...OnedataCapabilities().longestName).contains(name.utf8.count) && name != "." && name != ".."
            && !name.utf8.contains(UInt8(ascii: "/")) && !name.utf8.contains(0)
    }
}

extension OnedataPath: Hashable {
    /// Compares bytes.
    ///
    /// - Parameters:
    ///   - one: a path.
    ///   - other: another one.
    /// - Returns: whether both are written with the same bytes.
    public static func == (one: OnedataPath, other: OnedataPath) -> Bool {
        one.names.count == other.names.count && one.lies(in: other)
    }

    /// Hashes bytes.
    ///
    /// - Parameter hasher: takes them.
    public func hash(into hasher: inout Hasher) {
        for name in names {
            hasher.combine(name.utf8.count)
            for byte in name.utf8 { hasher.combine(byte) }
        }
    }
}
