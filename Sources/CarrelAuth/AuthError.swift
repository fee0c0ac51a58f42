public import CarrelModel

/// What can go wrong in deciding who somebody is and what they may do.
public enum AuthError: CarrelError, Equatable {
    /// A password was refused by the house's rule.
    case passwordRefused(PasswordFault)
    /// A stored password hash isn't one that we write.
    case malformedPasswordHash
    /// The scrypt function itself failed, for want of memory.
    case hashingFailed
    /// A scope was named that doesn't exist; holds it shortened to 100 characters.
    case unknownScope(String)
    /// A scope had a filter that doesn't exist or has no value; holds the scope shortened to 100 characters.
    case unknownFilter(String)
    /// A role's name breaks JupyterHub's pattern; holds it shortened to 100 characters.
    case malformedRoleName(String)
    /// A token that an operator wrote in a file is too weak or can't be sent in a header.
    case unfitToken
    /// A stored secret of an authenticator app isn't one that we write.
    case malformedTOTPSecret
    /// A text has more bytes than fit into a QR code of version 20.
    case textTooLongForQRCode(bytes: Int)

    /// `auth.` and the case.
    public var code: String {
        switch self {
        case .passwordRefused: "auth.passwordRefused"
        case .malformedPasswordHash: "auth.malformedPasswordHash"
        case .hashingFailed: "auth.hashingFailed"
        case .unknownScope: "auth.unknownScope"
        case .unknownFilter: "auth.unknownFilter"
        case .malformedRoleName: "auth.malformedRoleName"
        case .unfitToken: "auth.unfitToken"
        case .malformedTOTPSecret: "auth.malformedTOTPSecret"
        case .textTooLongForQRCode: "auth.textTooLongForQRCode"
        }
    }

    /// What happened, for the person.
    public var message: String {
        switch self {
        case .passwordRefused(let fault): fault.message
        case .malformedPasswordHash: "The stored password of this account can't be read."
        case .hashingFailed: "The password couldn't be checked, because the machine has too little memory free."
        case .unknownScope(let scope): "There is no scope “\(scope)”."
        case .unknownFilter(let scope): "The filter of the scope “\(scope)” isn't one that exists."
        case .malformedRoleName(let name): "“\(name)” can't be the name of a role."
        case .unfitToken: "The token is too short, too long, or holds characters that a header can't carry."
        case .malformedTOTPSecret: "The stored secret of this account's authenticator app can't be read."
        case .textTooLongForQRCode(let bytes):
            "A text of \(bytes) bytes doesn't fit a QR code, which holds \(QRCode.maximumBytes)."
        }
    }

    /// What to do now.
    public var remedy: String {
        switch self {
        case .passwordRefused: "Choose another password; several unrelated words make a good one."
        case .malformedPasswordHash: "Set a new password with `carrel user password`."
        case .hashingFailed: "Try again in a minute."
        case .unknownScope: "Use a scope of the list in the reference, for example `read:users`."
        case .unknownFilter: "Write a filter as `!user=NAME`, `!group=NAME`, `!server=USER/SERVER` or `!service=NAME`."
        case .malformedRoleName:
            "Use 3 to 255 characters: lower-case letters, digits and -_~. between, a letter first, no sign last."
        case .unfitToken: "Use 20 to 64 letters and digits, for example the output of `openssl rand -hex 32`."
        case .malformedTOTPSecret: "Set the authenticator app up anew; a recovery code still works."
        case .textTooLongForQRCode: "Shorten it."
        }
    }

    /// Cuts text that came from outside, so that a message or a log line stays short.
    static func excerpt(_ text: some StringProtocol) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(100).map { scalar in
                    scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar
                }
            )
        )
    }
}
