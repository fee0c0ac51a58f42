import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// Says whom the data gateway admits, and what they find there.
struct AdmissionDesk: Sendable {
    /// What the configuration says.
    struct Settings: Sendable {
        /// The folder of all homes.
        var homes: String
        /// The users that homes belong to when the hub is root; nil: all files are the hub's own user's.
        var uids: ClosedRange<UInt32>?
        /// Whether each user has one of their own.
        var hasOwnUsers: Bool

        /// Whom the homes of a user belong to; nil: the hub's own user.
        ///
        /// - Throws: ``HubError/outOfAccounts(limit:)``.
        func account(of user: UserRecord) throws(HubError) -> Account? {
            guard let uids else { return nil }
            let uid = hasOwnUsers ? try ServerLaunch.uid(of: user, in: uids) : uids.lowerBound
            return Account(uid: uid, gid: uid)
        }
    }

    let store: Store
    let settings: @Sendable () -> Settings
    /// The homes of a user.
    let homes: @Sendable (UserRecord) async throws -> [TakeoutHome]
    /// The data sources that a user has a connection to, with what they sign in with.
    let sources: @Sendable (UserRecord) async throws -> [DataFolderPlan]
    let now: @Sendable () -> Date

    /// Looks at a password.
    func answer(_ question: AdmissionQuestion) async throws -> AdmissionAnswer {
        guard let secret = Secret(presented: question.token),
            let (password, user) = try await store.filePasswords.live(secretHash: secret.hash.hex, now: now()),
            question.user == nil || question.user == user.name.text
        else { return .refused }
        if let id = password.id, now().timeIntervalSince(password.lastUsedAt ?? .distantPast) > 60 {
            try await store.filePasswords.used(id, at: now())
        }
        let sources = try await sources(user)
        return .admitted(
            Admission(
                user: user.id ?? 0,
                name: user.name.text,
                mount: password.mount.map { Self.name(of: $0, of: user) },
                isWritable: password.isWritable,
                // In a server the home is there already.
                folders: password.mount == nil ? try await homeFolders(of: user) + sources : sources,
                ends: password.expiresAt,
            )
        )
    }

    /// A mount as its owner reads it, in names of conflicts: its key begins with the name of their account on this machine.
    private static func name(of mount: String, of user: UserRecord) -> String {
        user.name.text + mount.trimmingPrefix(user.name.unixName)
    }

    private func homeFolders(of user: UserRecord) async throws -> [DataFolderPlan] {
        let settings = settings()
        let account = try account(of: user, settings)
        return try await homes(user).map { home in
            DataFolderPlan(
                name: home.id.instance == InstanceName.default.text ? "home" : "home-\(home.id.instance)",
                title: home.label,
                store: .local(
                    LocalStorePlan(
                        path: "\(settings.homes)/\(home.id.instance)/\(home.id.slug)",
                        account: account,
                        isWritable: true,
                    )
                ),
            )
        }
    }

    private func account(
        of user: UserRecord,
        _ settings: Settings,
    ) throws(HubError) -> LocalStorePlan.Account? {
        try settings.account(of: user).map { LocalStorePlan.Account(uid: $0.uid, gid: $0.gid) }
    }
}
