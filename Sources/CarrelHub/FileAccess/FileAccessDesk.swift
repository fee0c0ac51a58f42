import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation

/// People's passwords for their files: with one of them a program on their own computer reaches their home and their data
/// folders, and nothing else of theirs.
struct FileAccessDesk: Sendable {
    let store: FilePasswordStore
    let audit: AuditTrail
    /// Is told of a user whose passwords have become fewer, so that a running gateway forgets them.
    let revoked: @Sendable (Int64) async -> Void
    let now: @Sendable () -> Date

    /// How long a password lasts.
    enum Lifetime: String, CaseIterable {
        case month
        case year
        case forever

        var seconds: TimeInterval? {
            switch self {
            case .month: 30 * 86_400
            case .year: 365 * 86_400
            case .forever: nil
            }
        }
    }

    /// Why a password wasn't made.
    enum Refusal: Error, Equatable {
        case noNote
        case tooMany
    }

    /// A user's, the newest first.
    func all(of user: UserRecord) async throws -> [FilePasswordRecord] {
        try await store.all(ofUser: user.id ?? 0, now: now())
    }

    /// Makes a password, which is shown only now.
    ///
    /// - Throws: ``Refusal``, or what the database says.
    func make(_ note: String, isWritable: Bool, for lifetime: Lifetime, of user: UserRecord) async throws -> Secret {
        let note = note.cut(toBytes: 200)
        guard !note.isEmpty else { throw Refusal.noNote }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.token, using: &random)
        let noted = audit.noting(.filePasswordMade, .account(user.name), details: ["note": note])
        let made = try await noted.filePasswords.add(
            FilePasswordRecord(
                userId: user.id ?? 0,
                secretHash: secret.hash.hex,
                note: note,
                isWritable: isWritable,
                createdAt: now(),
                expiresAt: lifetime.seconds.map { now().addingTimeInterval($0) },
            )
        )
        guard made != nil else { throw Refusal.tooMany }
        return secret
    }

    /// Takes a password back; whether there was such a one.
    func revoke(_ id: Int64, of user: UserRecord) async throws -> Bool {
        let noted = audit.noting(.filePasswordRevoked, .account(user.name))
        guard try await noted.filePasswords.revoke(id, ofUser: user.id ?? 0) else { return false }
        await revoked(user.id ?? 0)
        return true
    }
}
