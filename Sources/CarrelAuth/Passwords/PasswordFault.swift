/// Why a password isn't good enough.
public enum PasswordFault: Error, Sendable, Equatable {
    /// Nothing was typed.
    case empty
    /// It has more than ``Password/maximumBytes`` bytes.
    case tooLong
    /// It holds control characters, line breaks or characters that no alphabet has.
    case unprintable
    /// It has fewer characters than the rule asks for.
    case tooShort(minimum: Int)
    /// It is one of the passwords that everybody tries first.
    case common
    /// It is the user's name, or little more.
    case likeUserName
    /// It is a pattern: a few characters repeated, or a run along the alphabet.
    case pattern

    /// A sentence for the person who chose it.
    public var message: String {
        switch self {
        case .empty: "The password is empty."
        case .tooLong: "The password is longer than \(Password.maximumBytes) bytes."
        case .unprintable: "The password holds characters that can't be typed everywhere, such as a line break."
        case .tooShort(let minimum): "The password has fewer than \(minimum) characters."
        case .common: "The password is one of the most used passwords, which are tried first."
        case .likeUserName: "The password is hardly more than the user name."
        case .pattern: "The password is a simple pattern, which is easily guessed."
        }
    }
}
