import CarrelModel
import CarrelStore
import Foundation

/// A line of the history of sign-ins to an account.
struct SignInLine: Sendable, Equatable {
    let what: String
    /// Whether it failed, or stopped before its end.
    let isFailure: Bool
    let browser: String
    let address: String
    let at: TimeText

    init(_ event: SignInEventRecord, providers: [AuthenticatorSettings], now: Date) {
        let way = Self.words(for: event.way, providers)
        let what =
            switch event.outcome {
            case .done: "Signed in \(way)"
            case .codeAsked: "Right password, but no code"
            case .wrongPassword: "Wrong password"
            case .wrongCode: "Right password, but a wrong code"
            case .disabled: "Refused, for the account was switched off: \(way)"
            }
        self.what = event.count > 1 ? "\(what), \(event.count) times" : what
        isFailure = event.outcome != .done
        browser = BrowserName.words(for: event.userAgent)
        address = event.address
        at = TimeText(event.at, now: now)
    }

    private static func words(for way: SignInEventRecord.Way, _ providers: [AuthenticatorSettings]) -> String {
        switch way {
        case .password: "with the password"
        case .code: "with password and code"
        case .recoveryCode: "with password and recovery code"
        case .newAccount: "as a new account"
        case .provider(let name): "with \(providers.first { $0.name == name }?.title ?? name)"
        }
    }
}
