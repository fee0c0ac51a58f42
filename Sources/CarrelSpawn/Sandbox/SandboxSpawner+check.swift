import Glibc

extension SandboxSpawner {
    /// Whom a server will run as.
    func account(of order: StartOrder) throws(SpawnError) -> Account {
        let own = Account(uid: geteuid(), gid: getegid())
        switch (privilege, order.account) {
        case (.root, nil):
            throw .cannotBecome(order.id, reason: "the hub is root, and servers may not be")
        case (.root, let account?):
            return account
        case (.ordinary, let account?) where account.uid != own.uid:
            throw .cannotBecome(order.id, reason: "only a hub that is root can run it as user number \(account.uid)")
        case (.ordinary, _):
            return own
        }
    }

    /// Looks for the programs before anything is made, for an error that names them.
    func checkPrograms(of order: StartOrder) throws(SpawnError) {
        var programs = [options.bubblewrap, options.logKeeper]
        if privilege == .root { programs.append(options.setpriv) }
        if let program = order.command.first, let outside = pathOutside(program, order) { programs.append(outside) }
        for program in programs where access(program, X_OK) < 0 { throw .programNotFound(path: program) }
    }

    /// Where a program of the sandbox is on this host; nil when only the sandbox can tell.
    private func pathOutside(_ path: String, _ order: StartOrder) -> String? {
        if let environment = order.environment, path.hasPrefix(environment + "/") { return path }
        for folder in order.folders where path.hasPrefix(folder.inside + "/") {
            return folder.host + path.dropFirst(folder.inside.count)
        }
        return ["/usr/", "/bin/", "/sbin/"].contains { path.hasPrefix($0) } ? path : nil
    }
}
