import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging

/// Prepares a start: gives the server its credentials and says what is to be run where.
struct ServerLaunch: Sendable {
    /// Where things are on this machine, and what a server runs.
    struct Settings: Sendable {
        /// Folder of the environment (a venv).
        var environment: String
        /// The environment's name, if it isn't there yet.
        var notBuilt: String?
        /// What the server is started with; nil for nothing.
        var startScript: String?
        /// Folder with the hub's socket for servers.
        var hubDirectory: String
        /// What the environment's entry in the configuration adds.
        var variables: [String: String]
        /// The page a server opens with.
        var defaultURL: String
        /// The hub's public address, if it is known.
        var publicURL: String?
        /// The uids that servers run under when the hub is root; nil: all run as the hub's own user.
        var uids: ClosedRange<UInt32>?
        /// Folders of the machine that every server sees, read-only, at the same path.
        var readOnlyPaths: [String] = []
        /// Copies of the data objects of ICOS portals.
        var portals: [PortalDataSettings] = []
        /// How much of the machine a server may use.
        var limits = ResourceLimits()
        /// Whether each user has a uid of their own.
        var hasOwnUsers = true
    }

    let servers: ServerStore
    let storage: any HomeStorage
    let folders: CommonFolderDesk
    /// Empties homes of instances that keep nothing.
    let ephemeralHomes: EphemeralHomes
    /// What the home of a server may hold; nil for as much as there is room.
    let quota: @Sendable (OwnedServer) async throws -> ByteCount?
    /// What its instance puts into the home of a server, by the home's paths on this host and in the server.
    var contents: @Sendable (OwnedServer, String, String) async -> CommonFolderDesk.Folders = { _, _, _ in .init() }
    /// What else the server gets.
    var extras: @Sendable (OwnedServer) async throws -> ServerExtras = { _ in .init() }
    let logger: Logger
    let settings: @Sendable (OwnedServer) -> Settings

    /// What to start, and what to tell the user about it.
    struct Prepared: Sendable {
        let order: StartOrder
        /// Sentences on what can't be as usual.
        let notices: [String]
    }

    /// Makes the server's token and OAuth client, notes the start, and prepares the home and the folders shown in it.
    ///
    /// - Throws: ``HubError/environmentNotBuilt(_:)``, ``HubError/outOfAccounts(limit:)``, or what the spawner says of the
    ///   home.
    func prepare(_ owned: OwnedServer, now: Date) async throws -> Prepared {
        guard let serverID = owned.server.id else { throw HubError.notFound }
        let settings = settings(owned)
        if owned.server.options?.launch != nil, access("\(settings.environment)/environment.whole", F_OK) != 0 {
            throw HubError.environmentGone
        }
        if let name = settings.notBuilt { throw HubError.environmentNotBuilt(name) }
        let groups = try await folders.groups.places(ofUser: owned.server.userId, shownIn: owned.server.instanceId)
        let account = try account(of: owned.owner, folders.unixGroups(of: groups), settings)
        let id = owned.home
        let quota = try await quota(owned)
        try await ephemeralHomes.clear(for: owned)
        let home = try await storage.prepare(id, owner: account, quota: quota)
        var random = SystemRandomNumberGenerator()
        let token = Secret.generate(.token, using: &random)
        let access = Self.accessScopes(of: owned.key)
        try await servers.beginStart(
            serverID,
            token: record(of: token, for: owned, serverID: serverID, now: now),
            client: OAuthClientRecord(
                identifier: owned.key.oauthClientID,
                serverId: serverID,
                secretHash: token.hash.hex,
                redirectURI: owned.key.prefix + "oauth_callback",
                allowedScopes: [],
            ),
            at: now,
        )
        let variables = ServerVariables(
            key: owned.key,
            token: token.reveal(),
            accessScopes: access,
            publicURL: settings.publicURL,
            defaultURL: settings.defaultURL,
            home: owned.workingFolder,
            hubSocket: StartOrder.hubDirectoryInside + "/" + HubSocket.fileName,
            serverSocket: StartOrder.socketInside,
        )
        let homeInside = "/home/\(owned.owner.name.unixName)"
        let common = await folders.folders(for: groups, in: home, shownAt: homeInside)
        let contents = await contents(owned, home, homeInside)
        let portals = PortalData(settings.portals)
        let extras = try await extras(owned)
        let order = StartOrder(
            id: owned.key.directoryName,
            unixName: owned.owner.name.unixName,
            account: account,
            home: home,
            environment: settings.environment,
            command: (settings.startScript.map { [$0] } ?? [])
                + ServerCommand.stockServer(environment: settings.environment),
            variables: settings.variables.merging(variables.values) { _, ours in ours }
                .merging(Self.quotaVariables(quota)) { _, ours in ours }
                .merging(portals.variables) { _, ours in ours }
                .merging(extras.variables) { _, ours in ours },
            hubDirectory: settings.hubDirectory,
            servicePrefix: owned.key.prefix,
            folders: settings.readOnlyPaths.map { FolderBinding(host: $0, inside: $0, access: .readOnly) }
                + portals.bindings + restorePoints(of: id, at: home, for: owned) + common.bindings + contents.bindings
                + extras.bindings,
            shelves: common.shelves,
            limits: settings.limits,
        )
        let notices = common.notices + contents.notices + portals.notices + extras.notices
        return Prepared(order: order, notices: notices)
    }

    /// Shows the home's restore points in it as `.snapshots`.
    ///
    /// A user who has something else of that name, or no room for a folder, goes without; should they put a link there
    /// at the very moment of a start, it is resolved inside their own sandbox, over nothing but their own view.
    private func restorePoints(of home: HomeID, at path: String, for owned: OwnedServer) -> [FolderBinding] {
        guard owned.instance.settings.kind != .ephemeral, let points = storage.restorePointFolder(of: home) else {
            return []
        }
        guard HomeDirectory.makeMountPoint(Self.restorePointName, in: path) else {
            logger.notice("restorePoint.notShown", metadata: ["server": "\(owned.key.fullName)"])
            return []
        }
        let inside = "/home/\(owned.owner.name.unixName)/\(Self.restorePointName)"
        return [FolderBinding(host: points, inside: inside, access: .readOnly)]
    }

    /// Under which name a user finds their restore points in their home.
    private static let restorePointName = ".snapshots"

    /// The scopes of which one opens a server, in the order in which JupyterHub lists them (reference 1.3).
    static func accessScopes(of key: ServerKey) -> [String] {
        ["access:servers!server=\(key.fullName)", "access:servers!user=\(key.user.text)"]
    }

    private func record(of token: Secret, for owned: OwnedServer, serverID: Int64, now: Date) -> TokenRecord {
        var record = TokenRecord(
            userId: owned.server.userId,
            secretHash: token.hash.hex,
            scopes: ["users:activity!user=\(owned.owner.name.text)", "access:servers!server=\(owned.key.fullName)"],
            note: "Server at \(owned.key.prefix)",
            createdAt: now,
        )
        record.serverId = serverID
        return record
    }

    /// What tells the server how much the home may hold, for the message about a full one; a quota that is changed while
    /// it runs it doesn't hear of.
    private static func quotaVariables(_ quota: ByteCount?) -> [String: String] {
        quota.map { ["CARREL_HOME_QUOTA": "\($0.bytes)"] } ?? [:]
    }

    private func account(
        of owner: UserRecord,
        _ groups: [UnixGroup],
        _ settings: Settings,
    ) throws(HubError) -> Account? {
        guard let uids = settings.uids else { return nil }
        guard settings.hasOwnUsers else { return Account(uid: uids.lowerBound, gid: uids.lowerBound, groups: groups) }
        let uid = try Self.uid(of: owner, in: uids)
        return Account(uid: uid, gid: uid, groups: groups)
    }

    /// The number under which a user's servers run, where each user has one: no two accounts ever have the same.
    ///
    /// - Throws: ``HubError/outOfAccounts(limit:)``.
    static func uid(of owner: UserRecord, in uids: ClosedRange<UInt32>) throws(HubError) -> UInt32 {
        // Visitors, whose numbers are negative and used again, have the last quarter, but for its last, as which the hub
        // fetches what others offer, and its first few, which build environments.
        let forVisitors = uids.count / 4
        let visitors = forVisitors - builders(in: uids).count
        guard let id = owner.id, id != 0, id <= uids.count - forVisitors, id > -visitors else {
            throw .outOfAccounts(limit: uids.count)
        }
        return id > 0 ? uids.lowerBound + UInt32(id) - 1 : uids.upperBound - UInt32(-id)
    }

    /// The numbers under which environments of repositories are built.
    static func builders(in uids: ClosedRange<UInt32>) -> Range<UInt32> {
        let forVisitors = UInt32(uids.count / 4)
        let first = uids.upperBound - forVisitors + 1
        return first..<(first + min(mostBuilders, forVisitors / 4))
    }

    /// Eight builds at a time, and as many looks at links.
    private static let mostBuilders: UInt32 = 16
}

/// The hub's socket in the folder that every server sees.
enum HubSocket {
    static let fileName = "hub.sock"
}

/// The command line of a server.
enum ServerCommand {
    /// The start script of an environment (python/carrel_environments/extras.py), which ends by running what follows it.
    static func startScript(environment: String) -> String? {
        let script = environment + "/share/carrel/start"
        return access(script, X_OK) == 0 ? script : nil
    }

    /// The stock `jupyterhub-singleuser` through our launcher, which spares it two needless costs at start.
    ///
    /// Kernels talk over Unix sockets, so that no other user of the machine can reach them.
    static func stockServer(environment: String) -> [String] {
        [
            "\(environment)/bin/python",
            "\(environment)/bin/carrel-server",
            "--ServerApp.sock=\(StartOrder.socketInside)",
            "--KernelManager.transport=ipc",
            // Otherwise nobody gets to `.snapshots` in the file browser.
            "--ContentsManager.allow_hidden=True",
        ]
    }
}
