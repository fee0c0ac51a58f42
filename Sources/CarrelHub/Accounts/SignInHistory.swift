import CarrelModel
import CarrelStore
import Foundation

/// Who signed in to accounts and who tried to, for the people whose accounts they are.
struct SignInHistory: Sendable {
    let store: Store
    let now: @Sendable () -> Date

    /// How many a person sees.
    static let shown = 50
    /// How long they are kept, in seconds.
    static let kept: TimeInterval = 90 * 86_400

    /// Notes what came of an attempt; of a name that nobody has too, so that it takes as long.
    func note(
        _ outcome: SignInEventRecord.Outcome,
        _ way: SignInEventRecord.Way,
        of user: Int64?,
        _ client: ClientConnection,
        userAgent: String,
    ) async throws {
        try await store.signInEvents.add(
            SignInEventRecord(
                userId: user,
                at: now(),
                address: client.address,
                userAgent: userAgent,
                way: way,
                outcome: outcome,
            )
        )
        try await noteRefusal(outcome, way, of: user, client)
    }

    /// Notes for admins what wasn't a sign-in; of a name that nobody has too.
    private func noteRefusal(
        _ outcome: SignInEventRecord.Outcome,
        _ way: SignInEventRecord.Way,
        of user: Int64?,
        _ client: ClientConnection,
    ) async throws {
        guard [.wrongPassword, .wrongCode, .disabled].contains(outcome) else { return }
        let name = try await store.users.withID(user ?? 0)?.name
        try await AuditTrail(store: store, now: now).noteRefusal(
            .sessionRefused,
            name.map { .account($0) } ?? .noAccount,
            outcome.rawValue,
            from: client,
            details: ["way": way.text],
        )
    }

    /// What there was at an account, the newest first.
    func newest(of user: UserRecord) async throws -> [SignInEventRecord] {
        let since = now().addingTimeInterval(-Self.kept)
        return try await store.signInEvents.newest(Self.shown, ofUser: user.id ?? 0, since: since)
    }

    /// Forgets what is too old.
    func tidy() async throws {
        try await store.signInEvents.forget(before: now().addingTimeInterval(-Self.kept))
    }
}
