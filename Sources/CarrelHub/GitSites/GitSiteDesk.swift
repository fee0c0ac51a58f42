import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// People's tokens for hosts of repositories: tried when they are given, kept encrypted, and handed to their own servers only.
struct GitSiteDesk: Sendable {
    let store: CredentialStore
    let audit: AuditTrail
    let vault: Vault
    let checks: RepositoryChecks
    let now: @Sendable () -> Date

    /// How many hosts one person may have tokens for.
    static let most = 20

    /// What somebody has for a host.
    struct Entry: Sendable, Equatable {
        let site: GitSite
        let userName: String
        let createdAt: Date
        let lastUsedAt: Date?
        /// Whether it has to be given again.
        let isLost: Bool
    }

    /// Why a token wasn't kept.
    enum Refusal: Error, Equatable {
        case noAddress
        case notPrivate
        case noCredential
        case tooMany
        /// Everybody can read the repository, so nothing is tried with it.
        case isOpen
        /// What came of trying; nil when others of theirs are under way.
        case tried(RepositoryFinding?)
        case vault(VaultError)
    }

    /// A user's, by host.
    func entries(of user: UserRecord) async throws -> [Entry] {
        try await store.all(ofUser: user.id ?? 0, for: GitSite.prefix).compactMap { record in
            guard let site = GitSite(source: record.source) else { return nil }
            return Entry(
                site: site,
                userName: record.label,
                createdAt: record.createdAt,
                lastUsedAt: record.lastUsedAt,
                isLost: (try? open(record)) == nil,
            )
        }
    }

    /// Tries a token with a repository, and keeps it for the repository's host.
    ///
    /// - Returns: the host.
    /// - Throws: ``Refusal``, or what the database says.
    func add(repository: String, userName: String, token: String, for user: UserRecord) async throws -> GitSite {
        guard let address = WebAddress(text: repository), let site = GitSite(address) else { throw Refusal.noAddress }
        guard site.isPrivate else { throw Refusal.notPrivate }
        guard let credential = GitCredential(user: userName, secret: token) else { throw Refusal.noCredential }
        let known = try await store.all(ofUser: user.id ?? 0, for: GitSite.prefix)
        guard known.count < Self.most || known.contains(where: { $0.source == site.source }) else {
            throw Refusal.tooMany
        }
        // A host that asks nobody doesn't look at tokens either.
        let open = await checks.look(at: address, for: nil, askedBy: user.name)
        if case .found = open { throw Refusal.isOpen }
        let finding = await checks.look(at: address, for: nil, signingInWith: credential, askedBy: user.name)
        switch finding {
        case .found, .empty, .noReference: break
        default: throw Refusal.tried(finding)
        }
        do {
            let secret = try JSONEncoder().encode(Content(user: userName, secret: token))
            let sealed = try vault.seal(secret, of: user.id ?? 0, for: site.source)
            let noted = audit.noting(.credentialKept, .account(user.name), details: ["site": site.origin])
            try await noted.credentials.put(
                CredentialRecord(
                    userId: user.id ?? 0,
                    source: site.source,
                    label: userName,
                    sealed: sealed,
                    createdAt: now(),
                )
            )
        } catch let error as VaultError {
            throw Refusal.vault(error)
        }
        return site
    }

    /// Forgets a user's token for a host; whether there was one.
    func remove(_ site: GitSite, of user: UserRecord) async throws -> Bool {
        try await audit.noting(.credentialRemoved, .account(user.name), details: ["site": site.origin])
            .credentials.remove(ofUser: user.id ?? 0, for: site.source)
    }

    /// What a server of the user signs in to a host with; nil when there is nothing, or it can't be read any more.
    func credential(for site: GitSite, of user: UserRecord) async throws -> GitCredential? {
        guard let record = try await store.find(ofUser: user.id ?? 0, for: site.source) else { return nil }
        guard let content = try? open(record) else { return nil }
        if let id = record.id, now().timeIntervalSince(record.lastUsedAt ?? .distantPast) > 60 {
            try await store.used(id, at: now())
        }
        return GitCredential(user: content.user, secret: content.secret)
    }

    /// What is encrypted.
    private struct Content: Codable {
        let user: String
        let secret: String
    }

    private func open(_ record: CredentialRecord) throws -> Content {
        let secret = try vault.open(record.sealed, of: record.userId, for: record.source)
        return try JSONDecoder().decode(Content.self, from: secret)
    }
}
