/// Why a text can't be the name of a user, a server or a group.
///
/// The messages never repeat the text: people type passwords into name fields, and messages go to logs.
public enum NameError: CarrelError, Equatable {
    /// There is nothing in it.
    case empty
    /// It begins or ends with a space.
    case edgeSpace
    /// It holds a slash, or would after being percent-decoded.
    case slash
    /// It is made of dots only, or would be after being percent-decoded.
    case onlyDots
    /// It holds a character that can't be seen or isn't text; `scalar` is its number.
    case hiddenCharacter(scalar: UInt32)
    /// It holds characters that look like other ones, such as full-width letters; `plain` is the name without them.
    case disguised(plain: String)
    /// It mixes letters of alphabets that look alike.
    case mixedAlphabets(String, String)
    /// It has more UTF-8 bytes than `limit`.
    case tooLong(limit: Int)
    /// It isn't a name that a server can have.
    case serverName(ServerNameFault)
    /// It isn't a name that a group can have.
    case groupName

    /// What is wrong with a server's name.
    public enum ServerNameFault: Sendable, Equatable {
        /// It has more than 30 characters.
        case tooLong
        /// It doesn't begin with a letter from a to z.
        case start
        /// It ends with a hyphen.
        case end
        /// It has two hyphens in a row.
        case doubleHyphen
        /// It holds something else than a to z, 0 to 9 and `-`.
        case character
    }
}

extension NameError {
    /// A stable name from a bounded set, `name.whatHappened`.
    public var code: String {
        switch self {
        case .empty: "name.empty"
        case .edgeSpace: "name.edgeSpace"
        case .slash: "name.slash"
        case .onlyDots: "name.onlyDots"
        case .hiddenCharacter: "name.hiddenCharacter"
        case .disguised: "name.disguised"
        case .mixedAlphabets: "name.mixedAlphabets"
        case .tooLong: "name.tooLong"
        case .serverName: "name.server"
        case .groupName: "name.group"
        }
    }

    /// A sentence that says what is wrong with the name.
    public var message: String {
        switch self {
        case .empty: "The name is empty."
        case .edgeSpace: "The name begins or ends with a space."
        case .slash: "The name holds a slash."
        case .onlyDots: "The name is made of dots only."
        case .hiddenCharacter(let scalar):
            "The name holds a character that can't be seen or isn't text (U+\(Self.hexadecimal(scalar)))."
        case .disguised: "The name holds characters that look like other ones, such as full-width letters or ligatures."
        case .mixedAlphabets(let first, let second):
            "The name mixes \(first) and \(second) letters, which can look the same."
        case .tooLong(let limit): "The name is longer than \(limit) bytes."
        case .serverName(let fault): fault.message
        case .groupName: "The name can't be that of a group and its folder."
        }
    }

    /// A sentence that says how to choose a name that is allowed.
    public var remedy: String {
        switch self {
        case .empty: "Give a name."
        case .edgeSpace: "Leave out the space at the edge."
        case .slash: "Leave out the slash."
        case .onlyDots: "Use at least one letter or digit."
        case .hiddenCharacter: "Type the name anew instead of copying it."
        case .disguised(let plain): "Write it with plain characters: \(plain)"
        case .mixedAlphabets: "Use the letters of one alphabet."
        case .tooLong(let limit): "Use at most \(limit) bytes; an accented letter counts as two or more."
        case .serverName: "Use 1 to 30 characters from a to z, 0 to 9 and -, beginning with a letter."
        case .groupName:
            "Use 1 to 64 characters from a to z, A to Z, 0 to 9 and . _ - @ +, beginning with a letter or a digit."
        }
    }

    private static func hexadecimal(_ scalar: UInt32) -> String {
        let digits = String(scalar, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension NameError.ServerNameFault {
    var message: String {
        switch self {
        case .tooLong: "The server's name has more than 30 characters."
        case .start: "The server's name doesn't begin with a letter from a to z."
        case .end: "The server's name ends with a hyphen."
        case .doubleHyphen: "The server's name has two hyphens in a row."
        case .character: "The server's name holds something else than a to z, 0 to 9 and -."
        }
    }
}
