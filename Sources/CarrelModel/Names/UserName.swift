/// The name a person signs in with, in its one normal form.
///
/// Lower-case and composed (Unicode NFC), so two names are the same exactly when their bytes are. Nearly everything is
/// legal (`ünï@x.org`, `-x`, `a b+c~d`), as in JupyterHub; refused is what breaks URLs and paths, and what lets one
/// person pass for another.
public struct UserName: Hashable, Sendable {
    /// The most UTF-8 bytes that a name may have.
    public static let longest = 255

    /// The name as people write it, in its normal form.
    public let text: String

    /// Makes a name from what somebody typed or a sign-in service said.
    ///
    /// - Parameter text: in any case and any Unicode composition.
    /// - Throws: why it can't be a name.
    public init(normalizing text: String) throws(NameError) {
        self.text = try NameRules.normalized(text)
    }

    /// Reads a name from one segment of a URL's path; nil when the segment doesn't hold a legal name.
    ///
    /// Encoded and bare forms are equal: `a%40x.org` and `a@x.org`.
    ///
    /// - Parameter pathSegment: without slashes, percent-encoded or not.
    public init?(pathSegment: some StringProtocol) {
        guard let decoded = PercentCoding.decoded(pathSegment), let text = try? NameRules.normalized(decoded) else {
            return nil
        }
        self.text = text
    }

    /// The name as a segment of a URL's path: letters, digits and `_.-~@` stay, other bytes become `%XX`.
    ///
    /// The same escaping as JupyterHub's (Python's `quote` with `safe="@~"`).
    public var pathSegment: String { PercentCoding.encoded(text, alsoBare: "@") }

    /// The name as JupyterHub's safe slug: at most 30 characters from a to z, 0 to 9 and `-`.
    ///
    /// Itself when it is plain (a letter, then letters and digits), else its readable part, `-` and 8 hexadecimal digits
    /// of its SHA-256. Good for labels. With patience somebody can find a name whose slug is another's, so what belongs
    /// to a person is named by ``unixName`` or ``ServerKey/directoryName``. Source: jupyterhub 6.1 `slugs.py`.
    public var slug: String { Slug.make(text, limit: 30, digits: 8) }

    /// The name as a Unix account name: at most 32 characters from a to z, 0 to 9 and `-`, beginning with a letter.
    ///
    /// Like ``slug`` with 16 digits, which can't be forged. It may be the name of an account that the system already has,
    /// such as `root`: whoever makes accounts looks for that first.
    public var unixName: String { Slug.make(text, limit: 32, digits: 16) }

    /// The name with letters replaced by the Latin ones they look like, to find a name that could pass for another.
    ///
    /// Two names with one skeleton look the same (`ape` in Latin and in Cyrillic letters). The skeleton isn't a name.
    public var skeleton: String { Alphabet.latinLookAlikes(of: text) }
}

extension UserName: CustomStringConvertible {
    /// The name as people write it.
    public var description: String { text }
}

extension UserName: Comparable {
    /// Orders names by their code points.
    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

extension UserName: WrittenName {
    /// Reads a name, normalizing it.
    public init(written text: String) throws(NameError) {
        try self.init(normalizing: text)
    }
}
