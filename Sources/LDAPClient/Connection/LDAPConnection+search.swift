import CLDAP
import Glibc

/// An entry that a search found.
struct FoundEntry: Equatable {
    let dn: String
    /// Values that are text, under the attribute's name as it was asked for.
    let values: [String: [String]]
}

/// What to search.
struct LDAPSearch {
    enum Scope { case base, below }

    let base: String
    let scope: Scope
    let filter: String
    let attributes: [String]
    /// The most entries that the server is asked for; 0 leaves it to the server, which refuses a number it finds too high.
    var sizeLimit = 0
    /// The most entries that are taken.
    let limit: Int
}

/// What was found: the entries, and whether those are all.
struct LDAPFindings {
    var entries: [FoundEntry] = []
    var isWhole = true
}

extension LDAPConnection {
    /// Searches; references to other servers are passed over.
    ///
    /// - Returns: what was found; nil when there is no entry at the search's base.
    /// - Throws: ``LDAPError/refused(server:action:reason:)`` when the server won't.
    func search(_ search: LDAPSearch, until deadline: Deadline) throws(LDAPError) -> LDAPFindings? {
        try checkThatOpen()
        let id = try send(search, until: deadline)
        var findings = LDAPFindings()
        while true {
            let message = try LDAPMessage(to: id, on: self, until: deadline)
            switch message.kind {
            case .entry:
                guard findings.entries.count < search.limit else {
                    ldap_abandon_ext(handle, id, nil, nil)
                    findings.isWhole = false
                    return findings
                }
                findings.entries.append(try entry(of: message, asked: search.attributes))
            case .searchEnd: return try end(try message.result(of: .searchEnd), findings)
            // References to other servers.
            default: continue
            }
        }
    }

    private func end(_ result: LDAPResult, _ findings: LDAPFindings) throws(LDAPError) -> LDAPFindings? {
        switch result.code {
        case LDAP_SUCCESS: return findings
        case LDAP_SIZELIMIT_EXCEEDED:
            var findings = findings
            findings.isWhole = false
            return findings
        case LDAP_NO_SUCH_OBJECT: return nil
        case _ where result.isUnavailable: throw .unreachable(server: server.text, reason: result.reason)
        default: throw .refused(server: server.text, action: "the search", reason: result.reason)
        }
    }

    private func send(_ search: LDAPSearch, until deadline: Deadline) throws(LDAPError) -> Int32 {
        var names: [UnsafeMutablePointer<CChar>?] = search.attributes.map { strdup($0) }
        names.append(nil)
        defer { for name in names { free(name) } }
        var id: Int32 = 0
        let sent = ldap_search_ext(
            handle,
            search.base,
            search.scope == .base ? 0 : 2,
            search.filter,
            &names,
            0,
            nil,
            nil,
            nil,
            Int32(search.sizeLimit),
            &id,
        )
        switch sent {
        case LDAP_SUCCESS: return id
        case LDAP_FILTER_ERROR: throw .settings(key: "filter", fault: "it or `groupFilter` isn't a filter of RFC 4515")
        default: throw failure(until: deadline)
        }
    }

    private func entry(of message: LDAPMessage, asked: [String]) throws(LDAPError) -> FoundEntry {
        guard let words = ldap_get_dn(handle, message.pointer) else { throw unreadable }
        defer { ldap_memfree(words) }
        guard let dn = String(validatingCString: words) else { throw unreadable }
        var values: [String: [String]] = [:]
        var place: OpaquePointer?
        var next = ldap_first_attribute(handle, message.pointer, &place)
        while let current = next {
            let said = String(cString: current)
            let name = asked.first { $0.lowercased() == said.lowercased() } ?? said
            let texts = texts(ldap_get_values_len(handle, message.pointer, current))
            if !texts.isEmpty { values[name, default: []] += texts }
            ldap_memfree(current)
            next = ldap_next_attribute(handle, message.pointer, place)
        }
        ber_free(place, 0)
        return FoundEntry(dn: dn, values: values)
    }

    private func texts(_ values: UnsafeMutablePointer<UnsafeMutablePointer<berval>?>?) -> [String] {
        guard let values else { return [] }
        defer { ldap_value_free_len(values) }
        return (0..<Int(ldap_count_values_len(values))).compactMap { index in
            guard let value = values[index]?.pointee else { return nil }
            let bytes = UnsafeRawBufferPointer(start: value.bv_val, count: Int(value.bv_len))
            return String(validating: bytes, as: UTF8.self)
        }
    }

    private var unreadable: LDAPError {
        .unexpectedAnswer(server: server.text, reason: "an entry can't be read")
    }
}
