/// The name of a file or folder: 1 to 255 bytes, none of them `/` or zero, and neither `.` nor `..`.
///
/// Compared by bytes, as files' names are: `ä` in one and in two characters are two names.
public struct DataName: Sendable, Hashable, CustomStringConvertible {
    /// Its bytes; usually UTF-8, but files of a machine can have any.
    public let bytes: [UInt8]

    /// Takes bytes that can be a name; nil for others.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard (1...255).contains(bytes.count), !bytes.contains(0), !bytes.contains(UInt8(ascii: "/")),
            bytes != [UInt8(ascii: ".")], bytes != [UInt8(ascii: "."), UInt8(ascii: ".")]
        else { return nil }
        self.bytes = bytes
    }

    /// Takes text that can be a name; nil for other.
    public init?(_ text: some StringProtocol) {
        self.init(bytes: text.utf8)
    }

    /// The name as text; nil when it isn't UTF-8.
    public var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The name for people: what isn't UTF-8 is replaced.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

/// Where something is in a store: names from its root on.
public struct DataPath: Sendable, Hashable, CustomStringConvertible {
    /// From the root on; none for the root.
    public let names: [DataName]

    /// The store's root.
    public static let root = DataPath([])

    /// Joins names.
    public init(_ names: [DataName]) {
        self.names = names
    }

    /// Reads names divided by `/`; nil when one of them can't be one.
    public init?(_ text: some StringProtocol) {
        var names: [DataName] = []
        for part in text.utf8.split(separator: UInt8(ascii: "/")) {
            guard let name = DataName(bytes: part) else { return nil }
            names.append(name)
        }
        self.names = names
    }

    /// Its last name; nil for the root.
    public var last: DataName? { names.last }

    /// The folder it is in; nil for the root.
    public var parent: DataPath? { names.isEmpty ? nil : DataPath(names.dropLast()) }

    /// What has that name in the folder that this is.
    public func appending(_ name: DataName) -> DataPath { DataPath(names + [name]) }

    /// Whether it is that folder or in it, at any depth.
    public func isIn(_ folder: DataPath) -> Bool { names.starts(with: folder.names) }

    /// The path for people.
    public var description: String { names.map(\.description).joined(separator: "/") }
}
