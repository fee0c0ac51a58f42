/// A directory of people, as OpenLDAP or Active Directory: lets them in by their password, and says what it knows of them.
///
/// It speaks LDAP version 3 (RFC 4511) by libldap. Nobody waits longer than ``LDAPSettings/deadline`` for each server,
/// whatever the servers do.
public final class LDAPDirectory: Sendable {
    private let settings: LDAPSettings
    private let plan: Result<[ServerAddress], LDAPError>
    private let threads: DirectoryThreads

    /// Starts the threads; nothing is asked of the servers yet.
    ///
    /// - Parameters:
    ///   - settings: where the directory is. What is wrong with them, each call says.
    ///   - threads: how many calls go on at once; each keeps one connection for searches.
    public init(_ settings: LDAPSettings, threads: Int = 4) {
        self.settings = settings
        plan = Result { () throws(LDAPError) in try settings.plan() }
        let order = SharedOrder((try? plan.get()) ?? [])
        self.threads = DirectoryThreads(max(1, threads)) { DirectoryWorker(settings, order) }
    }

    /// Lets somebody in.
    ///
    /// - Parameters:
    ///   - name: as it was typed; it stands for itself, whatever signs are in it.
    ///   - password: as it was typed; it goes to the server over a connection that nobody else uses.
    /// - Returns: who it is.
    /// - Throws: ``LDAPError/wrongNameOrPassword`` for somebody unknown as for a wrong password; else what is in the way.
    public func signIn(name: String, password: String) async throws(LDAPError) -> LDAPPerson {
        let servers = try plan.get()
        guard let credentials = Credentials(name: name, password: password) else { throw .wrongNameOrPassword }
        return try await ask(servers) { search throws(LDAPError) in try search.signIn(credentials) }
    }

    /// Reads again what the directory knows of somebody.
    ///
    /// - Parameter name: the name, as ``LDAPPerson/name`` holds it.
    /// - Returns: nil when the directory has nobody of that name any more.
    /// - Throws: ``LDAPError/serviceAccountMissing`` with ``LDAPSettings/nameTemplate`` and no account; else what is in the way.
    public func person(named name: String) async throws(LDAPError) -> LDAPPerson? {
        let servers = try plan.get()
        guard Credentials.isName(name) else { return nil }
        return try await ask(servers) { search throws(LDAPError) in try search.person(named: name) }
    }

    /// Looks whether each server can be reached and trusted, lets the account in, and has the entries that are searched below.
    ///
    /// - Throws: the first thing that is in the way.
    public func check() async throws(LDAPError) {
        let settings = settings
        for server in try plan.get() {
            try await wait(limit: settings.deadline, for: server.text) { worker, deadline throws(LDAPError) in
                try PeopleSearch(settings: settings, worker: worker, server: server, deadline: deadline).check()
            }
        }
    }

    // MARK: - How

    private func ask<Value: Sendable>(
        _ servers: [ServerAddress],
        _ body: @escaping @Sendable (PeopleSearch) throws(LDAPError) -> Value,
    ) async throws(LDAPError) -> Value {
        let settings = settings
        let names = servers.map(\.text).joined(separator: ", ")
        return try await wait(limit: settings.deadline * servers.count, for: names) { worker, limit throws(LDAPError) in
            try worker.onAnyServer(until: limit) { server, deadline throws(LDAPError) in
                try body(PeopleSearch(settings: settings, worker: worker, server: server, deadline: deadline))
            }
        }
    }

    /// Leaves work to a thread, and waits until it is done, the time is over, or the task is cancelled.
    private func wait<Value: Sendable>(
        limit: Duration,
        for names: String,
        _ work: @escaping @Sendable (DirectoryWorker, Deadline) throws(LDAPError) -> Value,
    ) async throws(LDAPError) -> Value {
        let answer = Answer<Value>()
        let deadline = Deadline(after: limit)
        threads.run { worker in
            // Nobody waits for it any more when the threads were busy for so long.
            guard !answer.isGiven else { return }
            answer.give(Result { () throws(LDAPError) in try work(worker, deadline) })
        }
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await Task.sleep(until: deadline.end, clock: .continuous)
                answer.give(.failure(Task.isCancelled ? .cancelled : .tooSlow(server: names, after: limit)))
            }
            let outcome = await answer.value()
            group.cancelAll()
            return outcome
        }
        return try outcome.get()
    }
}
