/// The name of a group, which is also the name of its project folder.
///
/// 1 to 64 characters from a to z, A to Z, 0 to 9 and `._-@+`, beginning with a letter or a digit: so that it is a plain
/// file name, and a name in `/etc/group`. JupyterHub takes any text (reference 2.2); what can't be a folder is refused here.
public struct GroupName: Hashable, Sendable {
    /// The most characters that a name may have.
    public static let longest = 64

    /// The name as people write it; upper and lower case are kept, but no two groups differ by that alone.
    public let text: String

    /// Makes a name.
    ///
    /// - Throws: ``NameError/empty`` or ``NameError/groupName``.
    public init(_ text: String) throws(NameError) {
        guard let first = text.unicodeScalars.first else { throw .empty }
        let isPlain = text.unicodeScalars.allSatisfy { Self.isLetterOrDigit($0) || "._-@+".unicodeScalars.contains($0) }
        guard isPlain, Self.isLetterOrDigit(first), text.utf8.count <= Self.longest else { throw .groupName }
        self.text = text
    }

    /// Reads a name from one segment of a URL's path, percent-encoded or not; nil when it doesn't hold a legal name.
    public init?(pathSegment: some StringProtocol) {
        guard let decoded = PercentCoding.decoded(pathSegment), let name = try? GroupName(decoded) else { return nil }
        self = name
    }

    /// The name as one segment of a URL's path, percent-encoded.
    public var pathSegment: String { PercentCoding.encoded(text, alsoBare: "@") }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    }
}

extension GroupName: CustomStringConvertible {
    /// The name as people write it.
    public var description: String { text }
}

extension GroupName: Comparable {
    /// Orders names by their code points.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension GroupName: WrittenName {
    /// Reads a name.
    public init(written text: String) throws(NameError) {
        try self.init(text)
    }
}
