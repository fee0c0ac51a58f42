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
    /// A code of the authenticator app, or a recovery code, is wrong or was used before.
    case wrongCode
    /// What is stored of the authenticator app's secret can't be read any more.
    case secondFactorUnreadable(of: String)
    /// The page that shows a new secret was open for too long, or belongs to another session.
    case secondFactorExpired
    /// There is a second factor already, so nobody gets another one in its place.
    case secondFactorIsOn
    /// There is no second factor that could be changed.
    case secondFactorIsOff
    /// The account has no password that a second factor could be added to.
    case noPassword
    /// A link for a new password was used, replaced, or is too old, its user may not sign in, or there never was one.
    case linkGone
    /// The account is switched off.
    case disabled(String)
    /// An earlier user of the name has left a home.
    case homeLeft(String)
    /// What was typed can't be an e-mail address.
    case badEmail
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
        case .wrongCode: "account.wrongCode"
        case .secondFactorUnreadable: "account.secondFactorUnreadable"
        case .secondFactorExpired: "account.secondFactorExpired"
        case .secondFactorIsOn: "account.secondFactorIsOn"
        case .secondFactorIsOff: "account.secondFactorIsOff"
        case .noPassword: "account.noPassword"
        case .linkGone: "account.linkGone"
        case .disabled: "account.disabled"
        case .homeLeft: "account.homeLeft"
        case .badEmail: "account.badEmail"
        case .serverRuns: "account.serverRuns"
        }
    }

    var message: String {
        switch self {
        case .wrongPassword: "The current password is wrong."
        case .samePassword: "The new password is the old one."
        case .passwordsDiffer: "The two new passwords differ."
        case .passwordUnreadable: "The password that is stored for this account can't be read."
        case .wrongCode: "The code is wrong, or was used before."
        case .secondFactorUnreadable: "The secret of this account’s authenticator app can’t be read any more."
        case .secondFactorExpired: "This page was open for too long."
        case .secondFactorIsOn: "Your second factor is on already."
        case .secondFactorIsOff: "Your second factor is off."
        case .noPassword: "This account has no password here, so it has no second factor here either."
        case .linkGone: "This link doesn’t work, or doesn’t any more."
        case .disabled(let name): "The account of \(name) is switched off."
        case .homeLeft(let name): "Files of an earlier user of the name \(name) are still here."
        case .badEmail: "That can’t be an e-mail address."
        case .serverRuns(let name): "A server of \(name) is still running."
        }
    }

    var remedy: String {
        switch self {
        case .wrongPassword: "Type it again."
        case .samePassword: "Choose another one."
        case .passwordsDiffer: "Type the same one twice."
        case .passwordUnreadable: "Ask an admin for a new password (`carrel user password`); your files are safe."
        case .wrongCode: "Type the code that your app shows now; each counts once."
        case .secondFactorUnreadable(let name):
            "Use a recovery code, or ask an admin to turn it off (`carrel user second-factor \(name) --off`)."
        case .secondFactorExpired:
            "Type your password once more; what you put into your app just now can be deleted there."
        case .secondFactorIsOn: "Turn it off first if you want to use another app."
        case .secondFactorIsOff: "Turn it on first."
        case .noPassword: "Protect the account that you sign in with instead."
        case .linkGone: "It works once, for 24 hours. Ask the people who run this hub for a new one."
        case .disabled(let name): "Switch it on first: `carrel user enable \(name)`."
        case .homeLeft(let name):
            """
            Choose another name; or ask the people who run this hub, who make the account with \
            `carrel user add \(name) --take-home` if the files are that person’s, else with `--new-home`.
            """
        case .badEmail: "Write it as name@example.org, or leave it out."
        case .serverRuns(let name): "Stop it first: `carrel user disable \(name)` does so while the hub runs."
        }
    }
}
