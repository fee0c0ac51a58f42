import CarrelModel

/// Asks for the second factor of somebody whose password was right.
struct SignInCodePage: Page {
    /// Why the last code led nowhere.
    enum Problem: Sendable, Equatable {
        /// Wrong, or used before.
        case refused
        /// Too many wrong codes for this account; how long to wait, in seconds.
        case throttled(seconds: Int)
        /// No code can be right, for what is stored can't be read.
        case failed(AccountError)
    }

    static let template = "sign-in-code"

    let title = "Your second factor"
    let actionURL: PageLink
    let signInURL = PageLink(HubPath.signIn)
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    let problemTitle: String?
    let problemText: String?
    let throttledSeconds: Int?
    let focusesCode: Bool

    init(actionURL: PageLink, next: String, problem: Problem? = nil) {
        self.actionURL = actionURL
        self.next = next
        problemTitle = problem.map(Self.title)
        problemText = problem.map(Self.text)
        throttledSeconds = if case .throttled(let seconds)? = problem { max(seconds, 1) } else { nil }
        focusesCode = problem == nil
    }

    private static func title(of problem: Problem) -> String {
        switch problem {
        case .refused: "That didn’t work"
        case .throttled: "Too many wrong codes"
        case .failed(let error): error.message
        }
    }

    private static func text(of problem: Problem) -> String {
        switch problem {
        case .refused: "The code is wrong, or was used before. Type the one that your app shows now."
        case .throttled(let seconds): "Try again in \(HumanText.count(max(seconds, 1), "second"))."
        case .failed(let error): error.remedy
        }
    }
}
