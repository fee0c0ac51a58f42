import Synchronization

/// Does what is asked of the directory, on a thread of its own.
///
/// It keeps one connection for searches. Somebody's password never goes over it: each gets a connection of its own.
final class DirectoryWorker {
    private let settings: LDAPSettings
    private let order: SharedOrder
    private var kept: (connection: LDAPConnection, used: ContinuousClock.Instant)?

    /// How long a connection is kept unused; less than firewalls take to forget it.
    private static let longestIdle = Duration.seconds(60)

    init(_ settings: LDAPSettings, _ order: SharedOrder) {
        self.settings = settings
        self.order = order
    }

    /// Asks one server after the other, until one answers.
    ///
    /// - Throws: what the first one failed with.
    func onAnyServer<Value>(
        until limit: Deadline,
        _ body: (ServerAddress, Deadline) throws(LDAPError) -> Value,
    ) throws(LDAPError) -> Value {
        var first: LDAPError?
        for server in order.now where first == nil || !limit.isOver {
            do {
                let value = try body(server, limit.within(settings.deadline))
                order.answered(server)
                return value
            } catch  where error.isOfServer {
                order.failed(server)
                first = first ?? error
            }
        }
        throw first ?? .settings(key: "servers", fault: "there is none")
    }

    /// Searches on the kept connection; on a new one when there is none, or when it turns out to be broken.
    func search(_ server: ServerAddress, _ search: LDAPSearch, until deadline: Deadline) throws(LDAPError)
        -> LDAPFindings?
    {
        if let kept, kept.connection.server == server, .now - kept.used < Self.longestIdle {
            do {
                return try self.search(on: kept.connection, search, until: deadline)
            } catch .unreachable {
                self.kept = nil
            }
        }
        return try self.search(on: openService(server, until: deadline), search, until: deadline)
    }

    /// A connection for somebody's password.
    func openFresh(_ server: ServerAddress, until deadline: Deadline) throws(LDAPError) -> LDAPConnection {
        try LDAPConnection(to: server, settings, until: deadline)
    }

    /// A connection on which the settings' account is bound, if there is one.
    func openService(_ server: ServerAddress, until deadline: Deadline) throws(LDAPError) -> LDAPConnection {
        kept = nil
        let connection = try openFresh(server, until: deadline)
        guard let name = settings.bindName, let password = settings.bindPassword else { return connection }
        let result = try connection.bind(as: name, password: password, until: deadline)
        if result.isUnavailable { throw .unreachable(server: server.text, reason: LDAPResult.words(result.code)) }
        guard BindVerdict(result) == .accepted else {
            throw .serviceAccountRefused(server: server.text, reason: LDAPResult.words(result.code))
        }
        return connection
    }

    /// Searches, and keeps the connection unless it failed in it, or more may come than was asked for.
    private func search(
        on connection: LDAPConnection,
        _ search: LDAPSearch,
        until deadline: Deadline,
    ) throws(LDAPError) -> LDAPFindings? {
        kept = nil
        let findings = try connection.search(search, until: deadline)
        if findings?.isWhole != false { kept = (connection, .now) }
        return findings
    }
}

/// The order of the servers, which all workers share.
final class SharedOrder: Sendable {
    private let order: Mutex<ServerOrder>

    init(_ servers: [ServerAddress]) { order = Mutex(ServerOrder(servers)) }

    var now: [ServerAddress] { order.withLock { $0.order(at: .now) } }

    func failed(_ server: ServerAddress) { order.withLock { $0.failed(server, at: .now) } }

    func answered(_ server: ServerAddress) { order.withLock { $0.answered(server) } }
}
