/// Finds people and lets them in, on one server.
struct PeopleSearch {
    let settings: LDAPSettings
    let worker: DirectoryWorker
    let server: ServerAddress
    let deadline: Deadline

    /// The most groups of one person.
    private static let mostGroups = 10_000

    /// Somebody whose name and password are right.
    func signIn(_ credentials: Credentials) throws(LDAPError) -> LDAPPerson {
        if let template = settings.nameTemplate { return try bindAtOnce(template, credentials) }
        guard let found = try find(credentials.name) else { throw .wrongNameOrPassword }
        try letIn(found.dn, credentials.password, on: worker.openFresh(server, until: deadline))
        return try person(found) { search throws(LDAPError) in try worker.search(server, search, until: deadline) }
    }

    /// Somebody, without their password; nil when there is nobody of that name.
    func person(named name: String) throws(LDAPError) -> LDAPPerson? {
        let found: FoundEntry?
        if let template = settings.nameTemplate {
            guard settings.bindName != nil else { throw .serviceAccountMissing }
            found = try read(entrySearch(template, name))
        } else {
            found = try find(name)
        }
        guard let found else { return nil }
        let person = try person(found) { search throws(LDAPError) in
            try worker.search(server, search, until: deadline)
        }
        // Found by another attribute, as an address that somebody else has had: not who was meant.
        return person.name.lowercased() == name.lowercased() ? person : nil
    }

    /// That the server is there, lets the account in, and has what the settings name.
    func check() throws(LDAPError) {
        guard settings.nameTemplate == nil || settings.bindName != nil else {
            _ = try worker.openFresh(server, until: deadline)
            return
        }
        let connection = try worker.openService(server, until: deadline)
        for (key, base, filter) in [
            ("base", settings.base, settings.filter), ("groupBase", settings.groupBase, settings.groupFilter),
        ] {
            guard let base, let filter else { continue }
            // That it finds nothing doesn't matter: a filter that can't be read is refused all the same.
            let filled = LDAPText.fill(filter, ["name": "nobody", "dn": ""])
            let search = LDAPSearch(base: base, scope: .base, filter: filled, attributes: ["1.1"], limit: 1)
            guard try connection.search(search, until: deadline) != nil else { throw missing(key, base) }
        }
    }

    // MARK: - How

    private typealias Reader = (LDAPSearch) throws(LDAPError) -> LDAPFindings?

    /// Binds as whom the template says; what is then read, is read by the settings' account, or else by themselves.
    private func bindAtOnce(_ template: String, _ credentials: Credentials) throws(LDAPError) -> LDAPPerson {
        let own = try worker.openFresh(server, until: deadline)
        let search = entrySearch(template, credentials.name)
        try letIn(search.base, credentials.password, on: own)
        let read: Reader = { search throws(LDAPError) in
            settings.bindName == nil
                ? try own.search(search, until: deadline)
                : try worker.search(server, search, until: deadline)
        }
        let found = try onlyEntry(search) { search throws(LDAPError) in
            guard let findings = try read(search) else {
                throw .refused(
                    server: server.text,
                    action: "to show the entry of somebody it let in",
                    reason: "no such entry"
                )
            }
            return findings
        }
        guard let found else { throw .wrongNameOrPassword }
        return try person(found, read)
    }

    private func missing(_ key: String, _ base: String) -> LDAPError {
        .settings(key: key, fault: "\(server.text) has no entry “\(base)”, or doesn't show it")
    }

    private func letIn(_ dn: String, _ password: String, on connection: LDAPConnection) throws(LDAPError) {
        let result = try connection.bind(as: dn, password: password, until: deadline)
        switch BindVerdict(result) {
        case .accepted: return
        case .wrong: throw .wrongNameOrPassword
        case .locked: throw .accountLocked
        case .expired: throw .passwordExpired
        case .unavailable: throw .unreachable(server: server.text, reason: LDAPResult.words(result.code))
        case .refused: throw .refused(server: server.text, action: "the sign-in", reason: LDAPResult.words(result.code))
        }
    }

    private func find(_ name: String) throws(LDAPError) -> FoundEntry? {
        let search = LDAPSearch(
            base: settings.base,
            scope: .below,
            filter: LDAPText.fill(settings.filter, ["name": LDAPText.filterValue(name)]),
            attributes: wanted,
            sizeLimit: 2,
            limit: 2,
        )
        return try onlyEntry(search) { search throws(LDAPError) in
            guard let findings = try worker.search(server, search, until: deadline) else {
                // Not that somebody is gone: nobody can be found there.
                throw missing("base", settings.base)
            }
            return findings
        }
    }

    /// What reads the entry whose DN the template says, if the filter matches it.
    private func entrySearch(_ template: String, _ name: String) -> LDAPSearch {
        LDAPSearch(
            base: LDAPText.fill(template, ["name": LDAPText.nameValue(name)]),
            scope: .base,
            filter: LDAPText.fill(settings.filter, ["name": LDAPText.filterValue(name)]),
            attributes: wanted,
            sizeLimit: 2,
            limit: 2,
        )
    }

    /// An entry whose DN is known; nil when it isn't there, though the tree is in which it would be.
    private func read(_ search: LDAPSearch) throws(LDAPError) -> FoundEntry? {
        try onlyEntry(search) { search throws(LDAPError) in
            if let findings = try worker.search(server, search, until: deadline) { return findings }
            let any = "(objectClass=*)"
            let tree = LDAPSearch(base: settings.base, scope: .base, filter: any, attributes: ["1.1"], limit: 1)
            guard try worker.search(server, tree, until: deadline) != nil else { throw missing("base", settings.base) }
            return LDAPFindings()
        }
    }

    private var wanted: [String] { [settings.userNameAttribute] + settings.attributes }

    private func onlyEntry(
        _ search: LDAPSearch,
        _ read: (LDAPSearch) throws(LDAPError) -> LDAPFindings,
    ) throws(LDAPError) -> FoundEntry? {
        let findings = try read(search)
        guard findings.isWhole, findings.entries.count < 2 else { throw .ambiguous(server: server.text) }
        return findings.entries.first
    }

    private func person(_ found: FoundEntry, _ read: Reader) throws(LDAPError) -> LDAPPerson {
        let key = settings.userNameAttribute
        let names = found.values[key] ?? []
        guard names.count == 1, let name = names.first, !name.isEmpty else {
            let count = names.count == 1 ? "an empty value" : "\(names.count) values"
            throw .unexpectedAnswer(server: server.text, reason: "the entry has \(count) of \(key) instead of one name")
        }
        let isWanted = settings.attributes.contains { $0.lowercased() == key.lowercased() }
        let attributes = found.values.filter { $0.key != key || isWanted }
        return LDAPPerson(dn: found.dn, name: name, attributes: attributes, groups: try groups(found.dn, name, read))
    }

    private func groups(_ dn: String, _ name: String, _ read: Reader) throws(LDAPError) -> [String] {
        guard let base = settings.groupBase, let filter = settings.groupFilter else { return [] }
        let values = ["dn": LDAPText.filterValue(dn), "name": LDAPText.filterValue(name)]
        let search = LDAPSearch(
            base: base,
            scope: .below,
            filter: LDAPText.fill(filter, values),
            attributes: [settings.groupNameAttribute],
            limit: Self.mostGroups,
        )
        guard let findings = try read(search) else { throw missing("groupBase", base) }
        guard findings.isWhole else {
            throw .unexpectedAnswer(server: server.text, reason: "it doesn't list all groups of one person")
        }
        return Set(findings.entries.flatMap { $0.values[settings.groupNameAttribute] ?? [] }).sorted()
    }
}
