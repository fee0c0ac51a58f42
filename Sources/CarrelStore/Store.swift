public import Foundation
import GRDB

/// Carrel's database: one SQLite file in WAL mode, and a store per subject.
///
/// Several processes may have it open (the hub, and the command line beside it); SQLite keeps them apart.
public struct Store: Sendable {
    /// The people who may sign in.
    public let users: UserStore
    /// The browsers that are signed in.
    public let sessions: SessionStore
    /// The servers of all users, wanted and observed.
    public let servers: ServerStore
    /// API tokens of users and servers.
    public let tokens: TokenStore
    /// OAuth clients and codes.
    public let oauth: OAuthStore
    /// Failed attempts to sign in.
    public let signInFailures: SignInFailureStore
    /// What users ask admins for.
    public let requests: RequestStore
    /// Groups and who is in them.
    public let groups: GroupStore
    /// Instances.
    public let instances: InstanceStore
    /// Who belongs to instances.
    public let instanceMembers: InstanceMemberStore
    /// What is said to everybody in an instance.
    public let instanceMessages: InstanceMessageStore
    /// Archives of users' files.
    public let takeouts: TakeoutStore
    /// Environments of repositories.
    public let builds: BuildStore

    /// Visitors.
    public let visitors: VisitorStore
    /// The ends of instances, and what remains of those that were deleted.
    public let instanceEnds: InstanceEndStore
    /// Invitations into instances.
    public let invitations: InvitationStore
    /// Lists of people for instances.
    public let rosters: RosterStore
    /// Encrypted credentials of users.
    public let credentials: CredentialStore
    /// Users' links to data sources.
    public let connections: ConnectionStore
    /// Who people are at providers.
    public let identities: IdentityStore
    /// Links by which users choose a password.
    public let passwordLinks: PasswordLinkStore
    /// Who asked for an account.
    public let signUps: SignUpStore
    /// The history of sign-ins.
    public let signInEvents: SignInEventStore
    /// Second factors of accounts with a password.
    public let secondFactors: SecondFactorStore
    /// Passwords for people's files.
    public let filePasswords: FilePasswordStore
    /// The audit record.
    public let audit: AuditStore

    let database: any DatabaseWriter

    /// Opens the database, checks it, and brings an older one up to date after putting a copy of it aside.
    ///
    /// - Parameters:
    ///   - path: the database file; made, readable by its owner only, when it isn't there.
    ///   - now: the time that names the copy.
    /// - Returns: the open database.
    /// - Throws: ``StoreError`` when the file can't be opened, is damaged, or is newer than this program.
    public static func open(at path: String, now: Date) throws(StoreError) -> Store {
        try open(at: path, now: now, migrator: Schema.migrator)
    }

    /// Opens the database with the steps that lead to its present form; tests give other ones.
    static func open(at path: String, now: Date, migrator: DatabaseMigrator) throws(StoreError) -> Store {
        do {
            try makePrivateFile(at: path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            try check(pool, path: path)
            try upgrade(pool, path: path, now: now, migrator: migrator)
            return Store(database: pool)
        } catch let error as StoreError {
            throw error
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_NOTADB || error.resultCode == .SQLITE_CORRUPT
        {
            throw .damaged(path: path, finding: error.message ?? "not a database")
        } catch {
            throw .unavailable(path: path, reason: String(describing: error))
        }
    }

    /// A database in memory, for tests.
    public static func inMemory() throws -> Store {
        let queue = try DatabaseQueue(configuration: configuration)
        try Schema.migrator.migrate(queue)
        return Store(database: queue)
    }

    /// Closes the database; statements under way are finished first.
    public func close() throws {
        try database.close()
    }

    /// Makes a store of each subject; those whose changes may be noted in the audit record note `events` with them.
    init(database: any DatabaseWriter, noting events: [AuditEvent] = []) {
        self.database = database
        let audited = AuditedDatabase(writer: database, events: events)
        audit = AuditStore(database: database)
        users = UserStore(database: audited)
        visitors = VisitorStore(database: database)
        sessions = SessionStore(database: audited)
        servers = ServerStore(database: audited)
        tokens = TokenStore(database: audited)
        oauth = OAuthStore(database: database)
        signInFailures = SignInFailureStore(database: database)
        requests = RequestStore(database: audited)
        groups = GroupStore(database: audited)
        instances = InstanceStore(database: audited)
        instanceMembers = InstanceMemberStore(database: audited)
        instanceMessages = InstanceMessageStore(database: database)
        takeouts = TakeoutStore(database: audited)
        builds = BuildStore(database: database)
        instanceEnds = InstanceEndStore(database: audited)
        invitations = InvitationStore(database: audited)
        rosters = RosterStore(database: audited)
        credentials = CredentialStore(database: audited)
        connections = ConnectionStore(database: audited)
        identities = IdentityStore(database: audited)
        passwordLinks = PasswordLinkStore(database: audited)
        signUps = SignUpStore(database: audited)
        signInEvents = SignInEventStore(database: database)
        secondFactors = SecondFactorStore(database: audited)
        filePasswords = FilePasswordStore(database: audited)
    }

    // MARK: Opening

    private static var configuration: GRDB.Configuration {
        var configuration = GRDB.Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(10)
        configuration.maximumReaderCount = 3
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA trusted_schema = OFF")
        }
        return configuration
    }

    private static func makePrivateFile(at path: String) throws {
        let manager = FileManager.default
        guard !manager.fileExists(atPath: path) else { return }
        let folder = (path as NSString).deletingLastPathComponent
        try manager.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw StoreError.unavailable(path: path, reason: "the file can't be made")
        }
    }

    private static func check(_ pool: DatabasePool, path: String) throws {
        let finding = try pool.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard finding == "ok" else { throw StoreError.damaged(path: path, finding: finding ?? "no answer") }
        let orphan = try pool.read { try Row.fetchOne($0, sql: "PRAGMA foreign_key_check") }
        if let orphan {
            throw StoreError.damaged(path: path, finding: "a row of \(orphan[0] as String? ?? "?") points nowhere")
        }
    }

    private static func upgrade(
        _ pool: DatabasePool,
        path: String,
        now: Date,
        migrator: DatabaseMigrator,
    ) throws {
        guard try pool.read({ try !migrator.hasBeenSuperseded($0) }) else { throw StoreError.newer(path: path) }
        guard try pool.read({ try !migrator.hasCompletedMigrations($0) }) else { return }
        if let last = try pool.read({ try migrator.completedMigrations($0).last }) {
            let stamp = now.formatted(.iso8601.dateSeparator(.omitted).timeSeparator(.omitted))
            let copy = "\(path).before-upgrade-from-\(last)-\(stamp)"
            try makePrivateFile(at: copy)
            try pool.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
        }
        try migrator.migrate(pool)
    }
}
