import CarrelAuth
public import CarrelModel
import CarrelStore
import Foundation

extension AccountDesk {
    /// Where links for a new password lead: a path of the hub, which the secret follows after `#`.
    public static let passwordLinkPath = HubPath.reset

    /// How long such a link is good, in seconds.
    static let passwordLinkLifetime: TimeInterval = 86_400

    /// Makes a link by which a user chooses a password once, within a day; one that they had before is worth nothing then.
    ///
    /// - Parameters:
    ///   - name: whose password.
    ///   - maker: who made it: an admin's name, or `command`.
    /// - Returns: the secret, to be handed over once.
    /// - Throws: ``StoreError/noSuchUser(_:)``, also for a visitor, or ``AccountError/disabled(_:)``.
    public func makePasswordLink(for name: UserName, by maker: String) async throws -> String {
        guard let user = try await store.users.named(name), let id = user.id, !user.isVisitor else {
            throw StoreError.noSuchUser(name.text)
        }
        guard !user.isDisabled else { throw AccountError.disabled(name.text) }
        var random = SystemRandomNumberGenerator()
        let secret = Secret.generate(.session, using: &random)
        let store = audit.noting(.passwordLinkMade, .account(name))
        try await store.passwordLinks.put(
            PasswordLinkRecord(
                userId: id,
                secretHash: secret.hash.hex,
                createdBy: maker,
                expiresAt: now().addingTimeInterval(Self.passwordLinkLifetime),
            )
        )
        return secret.reveal()
    }

    /// The number of the link with a secret that somebody shows.
    ///
    /// - Parameter typed: the link, or what follows `#` in it.
    /// - Returns: what names it from here on.
    /// - Throws: ``AccountError/linkGone``.
    func passwordLink(_ typed: String) async throws -> Int64 {
        // Whoever pastes may paste the whole link.
        let text = typed.split(separator: "#").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
        guard let secret = Secret(presented: text),
            let id = try await store.passwordLinks.find(secret.hash.hex, now: now())
        else { throw AccountError.linkGone }
        return id
    }

    /// Whose password a link is for.
    ///
    /// - Throws: ``AccountError/linkGone``.
    func user(ofPasswordLink id: Int64) async throws -> UserRecord {
        guard let user = try await store.passwordLinks.user(of: id, now: now()) else { throw AccountError.linkGone }
        return user
    }

    /// Sets the password that the holder of a link chose; their user is signed out everywhere.
    ///
    /// It isn't compared with the one before, as somebody who came by the link could guess that one here.
    ///
    /// - Throws: ``AccountError``, or ``AuthError/passwordRefused(_:)``.
    func setPassword(byLink id: Int64, to new: String, again: String) async throws -> UserRecord {
        let user = try await user(ofPasswordLink: id)
        let password = try accept(new, again: again, for: user.name)
        var random = SystemRandomNumberGenerator()
        let hash = try await verifier.hash(password, using: &random)
        let store = audit.noting(.passwordChanged, .account(user.name), by: user, details: ["way": "link"])
        guard try await store.passwordLinks.use(id, hash: hash.text, now: now()) else { throw AccountError.linkGone }
        return user
    }
}
