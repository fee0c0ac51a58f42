public import CarrelModel
public import CarrelStore
public import Foundation
import Logging

/// Notes in the audit record what people do; desks call it where something is done that has to be accounted for.
///
/// What changes the store is noted in the same transaction (``noting(_:_:of:by:details:)``): without the note there is no change.
/// Who acts isn't passed around: it is known to the task, as the front door, or the command line, said it.
public struct AuditTrail: Sendable {
    /// Who acts in this task, from where, by what means: the hub by itself, unless somebody asked for what is done.
    @TaskLocal public static var source = AuditSource.hub

    let store: Store
    let now: @Sendable () -> Date

    /// Joins the parts.
    public init(store: Store, now: @escaping @Sendable () -> Date = { Date() }) {
        self.store = store
        self.now = now
    }

    /// An event of this moment.
    ///
    /// - Parameters:
    ///   - action: what is done.
    ///   - target: to what.
    ///   - subject: whom it concerns, where that isn't the target.
    ///   - user: who does it; nil for who acts in this task.
    ///   - outcome: what came of it.
    ///   - details: more that is worth knowing; never a secret.
    /// - Returns: the event, not noted yet.
    func event(
        _ action: AuditAction,
        _ target: AuditEvent.Target,
        of subject: UserName? = nil,
        by user: UserRecord? = nil,
        outcome: AuditEvent.Outcome = .done,
        details: [String: String] = [:],
    ) -> AuditEvent {
        var source = Self.source
        if let user { (source.kind, source.name, source.userId) = (.user, user.name.text, user.id) }
        return AuditEvent(at: now(), source: source, action, target, of: subject, outcome: outcome, details: details)
    }

    /// The store, whose next change is noted together with it.
    func noting(
        _ action: AuditAction,
        _ target: AuditEvent.Target,
        of subject: UserName? = nil,
        by user: UserRecord? = nil,
        details: [String: String] = [:],
    ) -> Store {
        store.noting(event(action, target, of: subject, by: user, details: details))
    }

    /// The store, whose next change of a server is noted together with it if it is another's server.
    func noting(_ action: AuditAction, other key: ServerKey) -> Store {
        Self.isOther(key) ? noting(action, .server(key), of: key.user) : store
    }

    /// Notes what somebody does with another's server; once a session.
    func noteOther(_ action: AuditAction, _ key: ServerKey, _ outcome: AuditEvent.Outcome = .done) async throws {
        guard Self.isOther(key) else { return }
        try await store.audit.addOnce(event(action, .server(key), of: key.user, outcome: outcome))
    }

    /// Whether a server isn't that of who acts; what the hub does by itself is done for the server's user, and a stranger has no
    /// server but the one that is made for them.
    private static func isOther(_ key: ServerKey) -> Bool {
        ![.hub, .stranger].contains(source.kind) && !(source.kind == .user && source.name == key.user.text)
    }

    /// Notes something that isn't a change of the store, before it is done.
    public func note(
        _ action: AuditAction,
        _ target: AuditEvent.Target,
        of subject: UserName? = nil,
        details: [String: String] = [:],
    ) async throws {
        try await store.audit.add([event(action, target, of: subject, details: details)])
    }

    /// Notes something that can't be undone any more; when that fails, the log says so.
    func noteDone(
        _ action: AuditAction,
        _ target: AuditEvent.Target,
        of subject: UserName? = nil,
        details: [String: String] = [:],
        _ logger: Logger,
    ) async {
        do {
            try await note(action, target, of: subject, details: details)
        } catch {
            logger.error("audit.notWritten", metadata: ["action": "\(action.rawValue)", "error": "\(error)"])
        }
    }

    /// Notes that somebody was refused; what follows of the same kind within a minute is counted.
    ///
    /// - Parameters:
    ///   - action: what they wanted to do.
    ///   - target: to what.
    ///   - reason: why not, in a short word.
    ///   - client: from where; nil for where this task's request came from.
    ///   - details: more that is worth knowing.
    /// - Throws: what the database says.
    func noteRefusal(
        _ action: AuditAction,
        _ target: AuditEvent.Target,
        _ reason: String,
        from client: ClientConnection? = nil,
        details: [String: String] = [:],
    ) async throws {
        let event = event(action, target, outcome: .refused(reason), details: details)
        let client = client ?? ClientConnection(address: Self.source.address)
        try await store.audit.addRefusal(event, by: "\(client.network) \(target.name)")
    }
}
