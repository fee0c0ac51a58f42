import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// Finds out who somebody is at a directory by a name and a password, which are counted and slowed down like the hub's own.
///
/// The directory is asked only about what may be tried at all: nobody locks accounts there by way of the hub. What it
/// refuses is told at the next half-second, so that an unknown name doesn't stand out by a quicker answer.
struct PasswordSignIn: Sendable {
    let shelf: AuthenticatorShelf
    let signIn: SignInDesk
    let clock: any Clock<Duration>

    /// What came of an attempt.
    enum Outcome: Sendable {
        /// Who it is, and the mark by which their browser is known again.
        case person(AuthenticatedPerson, browserMark: String)
        /// Unknown name or wrong password.
        case refused
        case wait(Duration)
        /// The directory couldn't answer.
        case failed(AuthenticatorError)
    }

    /// The answers to refused attempts come at whole multiples of it.
    static let pace = Duration.milliseconds(500)

    /// - Throws: ``HubError/notFound`` for an authenticator that takes no passwords, or what the database says.
    func attempt(_ attempt: SignInDesk.Attempt, at name: String) async throws -> Outcome {
        guard let settings = shelf.settings(name), settings.kind.start == .form else { throw HubError.notFound }
        // What the directory takes for one name is counted as one.
        let account = "\(name)/\(FoldedName(attempt.name).plain)"
        let keys = ThrottleKey.keys(
            directoryAccount: account,
            address: RequestAddress(attempt.client.address),
            browser: KnownBrowser.id(in: attempt.browserMarks, for: account, at: signIn.now(), key: signIn.key),
        )
        let count: SignInCount
        switch try await signIn.countAhead(keys) {
        case .wait(let wait):
            try await signIn.audit.noteRefusal(.sessionRefused, .noAccount, "throttled", from: attempt.client)
            return .wait(wait)
        case .counted(let counted): count = counted
        }
        let begun = signIn.now()
        do {
            guard let authenticator = try shelf.authenticator(name) else { throw HubError.notFound }
            let proof = SignInProof.password(name: attempt.name, password: attempt.password)
            let person = try await authenticator.authenticate(proof)
            try await signIn.takeBack(count)
            var random = SystemRandomNumberGenerator()
            let mark = KnownBrowser.mark(for: account, at: signIn.now(), key: signIn.key, using: &random)
            return .person(person, browserMark: mark)
        } catch let error as AuthenticatorError {
            guard case .wrongPassword = error else {
                if !error.isAnswer { try await signIn.takeBack(count, isSuccess: false) }
                return .failed(error)
            }
            try await note(attempt, at: name)
            try await clock.sleep(for: Self.pause(after: .seconds(signIn.now().timeIntervalSince(begun))))
            return .refused
        }
    }

    /// How long to wait with an answer, so that the whole is a multiple of ``pace``.
    static func pause(after elapsed: Duration) -> Duration {
        let whole = (max(elapsed, .zero) / pace).rounded(.up)
        return max(pace * max(whole, 1) - max(elapsed, .zero), .zero)
    }

    /// For the owner to see, where the name says whose account it is; noted for names that nobody has too.
    private func note(_ attempt: SignInDesk.Attempt, at name: String) async throws {
        let owner = try await signIn.store.identities.find(attempt.name, at: name)?.1
        try await signIn.history.note(
            .wrongPassword,
            .provider(name),
            of: owner?.id,
            attempt.client,
            userAgent: attempt.userAgent,
        )
    }
}

extension AuthenticatorError {
    /// Whether the directory has looked at the password.
    fileprivate var isAnswer: Bool {
        switch self {
        case .wrongPassword, .refused, .unfit, .notFound, .deadToken: true
        case .unreachable, .nonsense, .misconfigured, .untrusted, .foreign, .noContext, .outsideContext: false
        }
    }
}
