import CarrelAuth
import CarrelModel

/// Why something can't be done with an account.
enum AccountError: CarrelError, Equatable {
    /// The present password was typed wrongly.
    case wrongPassword
    /// The new password is the old one.
    case samePassword
    /// The two new passwords differ.
    case passwordsDiffer
    /// What is stored of the user's password isn't what the hub writes.
    case passwordUnreadable(of: String)
    /// The user can't be removed while a server of theirs isn't stopped.
    case serverRuns(String)

    /// Whether an error is about what somebody typed into the form that changes a password.
    static func isAboutForm(_ error: any Error) -> Bool {
        if case .passwordUnreadable = error as? AccountError { return false }
        return error is AccountError || error is AuthError
    }

    var code: String {
        switch self {
        case .wrongPassword: "account.wrongPassword"
        case .samePassword: "account.samePassword"
        case .passwordsDiffer: "account.passwordsDiffer"
        case .passwordUnreadable: "account.passwordUnreadable"
        case .serverRuns: "account.serverRuns"
        }
    }

    var message: String {
        switch self {
        case .wrongPassword: "The current password is wrong."
        case .samePassword: "The new password is the old one."
        case .passwordsDiffer: "The two new passwords differ."
        case .passwordUnreadable: "The password that is stored for this account can't be read."
        case .serverRuns(let name): "A server of \(name) is still running."
        }
    }

    var remedy: String {
        switch self {
        case .wrongPassword: "Type it again."
        case .samePassword: "Choose another one."
        case .passwordsDiffer: "Type the same one twice."
        case .passwordUnreadable: "Ask an admin for a new password (`carrel user password`); your files are safe."
        case .serverRuns(let name): "Stop it first: `carrel user disable \(name)` does so while the hub runs."
        }
    }
}
