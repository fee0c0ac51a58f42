import CarrelModel

/// Why something can't be done with an account.
enum AccountError: CarrelError, Equatable {
    /// The present password was typed wrongly.
    case wrongPassword
    /// The new password is the old one.
    case samePassword
    /// The two new passwords differ.
    case passwordsDiffer
    /// The user can't be removed while a server of theirs isn't stopped.
    case serverRuns(String)

    var code: String {
        switch self {
        case .wrongPassword: "account.wrongPassword"
        case .samePassword: "account.samePassword"
        case .passwordsDiffer: "account.passwordsDiffer"
        case .serverRuns: "account.serverRuns"
        }
    }

    var message: String {
        switch self {
        case .wrongPassword: "The current password is wrong."
        case .samePassword: "The new password is the old one."
        case .passwordsDiffer: "The two new passwords differ."
        case .serverRuns(let name): "A server of \(name) is still running."
        }
    }

    var remedy: String {
        switch self {
        case .wrongPassword: "Type it again."
        case .samePassword: "Choose another one."
        case .passwordsDiffer: "Type the same one twice."
        case .serverRuns(let name): "Stop it first: `carrel user disable \(name)` does so while the hub runs."
        }
    }
}
