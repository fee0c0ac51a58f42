import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// What can be done with invitations; pages stand before it.
struct InvitationDesk: Sendable {
    let store: Store
    let signIn: SignInDesk
    let accounts: @Sendable () -> AccountDesk
    let now: @Sendable () -> Date

    /// How long a browser that has shown an invitation may take to sign in or make an account.
    static let patience: Duration = .seconds(3600)

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    // MARK: Making

    /// What a manager asks for.
    struct Wish: Sendable, Equatable {
        var note = ""
        var role = InstanceMemberRecord.Role.member
        var lifetime: Duration?
        var uses: Int?
    }

    /// Makes an invitation.
    ///
    /// - Returns: its secret, to be shown once.
    func make(_ wish: Wish, into instance: InstanceRecord, by person: UserName) async throws -> Secret {
        guard wish.note.count <= InvitationRecord.longestNote else {
            throw StoreError.textTooLong(limit: InvitationRecord.longestNote)
        }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        let details = ["role": wish.role.rawValue]
        _ = try await audit.noting(.invitationMade, .instance(instance.name), details: details).invitations.add(
            InvitationRecord(
                instanceId: instance.id ?? 0,
                secretHash: secret.hash.hex,
                note: wish.note,
                role: wish.role,
                maximumUses: wish.uses,
                createdAt: now(),
                createdBy: person.text,
                expiresAt: wish.lifetime.map { now().addingTimeInterval($0 / .seconds(1)) },
            )
        )
        return secret
    }

    // MARK: Using

    /// Looks at an invitation that somebody presents; many wrong ones from one network make it wait.
    ///
    /// - Throws: ``InvitationError``, or ``HubError/tooManyAttempts(wait:)``.
    func present(_ text: String, into name: InstanceName, from client: ClientConnection) async throws
        -> InvitationRecord
    {
        let count = try await signIn.countOrThrow(
            ThrottleKey.keys(invitationFrom: RequestAddress(client.address))
        )
        guard let secret = Secret(presented: text) else { throw InvitationError.unknown }
        do {
            let good = try await store.invitations.good(secret.hash.hex, into: name, at: now())
            try await signIn.takeBack(count)
            return good
        } catch let error as InvitationError where error != .unknown {
            // It is one of ours: nobody guessed.
            try await signIn.takeBack(count)
            throw error
        }
    }

    /// Makes an account that exists for the instance of an invitation only.
    ///
    /// - Throws: ``InvitationError``, or what is wrong with the name or the password.
    func makeAccount(
        _ typed: String,
        password: String,
        again: String,
        with invitation: Int64,
        into name: InstanceName,
    ) async throws -> UserRecord {
        let desk = accounts()
        let user = try UserName(normalizing: typed.trimmingCharacters(in: .whitespaces))
        let accepted = try desk.accept(password, again: again, for: user)
        try await desk.requireFree(user)
        var random = SystemRandomNumberGenerator()
        let hash = try await desk.verifier.hash(accepted, using: &random)
        let record = UserRecord(
            name: user,
            passwordHash: hash.text,
            mustChangePassword: false,
            isAdmin: false,
            createdAt: now(),
        )
        let noted = store.noting(
            audit.event(.userMade, .account(user), details: ["instance": name.text]),
            audit.event(.instanceMemberAdded, .instance(name), of: user),
        )
        return try await noted.invitations.accept(invitation, into: name, making: record, at: now())
    }
}
