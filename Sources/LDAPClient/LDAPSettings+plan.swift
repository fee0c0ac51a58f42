extension LDAPSettings {
    /// The servers, once it is sure that the settings can be used.
    ///
    /// - Throws: ``LDAPError/settings(key:fault:)``, or ``LDAPError/unprotected(server:)`` when passwords would travel
    ///   unencrypted.
    func plan() throws(LDAPError) -> [ServerAddress] {
        var addresses: [ServerAddress] = []
        for text in servers {
            guard let address = ServerAddress(text) else {
                throw .settings(key: "servers", fault: "“\(text)” isn't ldap://HOST[:PORT] or ldaps://HOST[:PORT]")
            }
            guard address.isEncrypted || startTLS || plain || address.isLoopback else {
                throw .unprotected(server: address.text)
            }
            addresses.append(address)
        }
        if let fault { throw .settings(key: fault.key, fault: fault.text) }
        return addresses
    }

    private var fault: (key: String, text: String)? {
        if servers.isEmpty { return ("servers", "there is none") }
        if deadline <= .zero || deadline > .seconds(3600) { return ("deadline", "it isn't within an hour") }
        // RFC 4513 §5.1.2: a name with an empty password counts as nobody, and yet as success.
        if bindName != nil, (bindPassword ?? "").isEmpty { return ("bindPassword", "the account has none") }
        if bindName?.isEmpty == true { return ("bindName", "it is empty") }
        if bindName == nil, bindPassword != nil { return ("bindName", "there is a password and no account") }
        if let nameTemplate, !nameTemplate.contains("{name}") { return ("nameTemplate", "it lacks {name}") }
        // Otherwise somebody who signed in isn't found again by their name, and counts as gone.
        let assertion = "(\(userNameAttribute)={name})".lowercased()
        if !filter.lowercased().contains(assertion) { return ("filter", "it lacks \(assertion)") }
        if userNameAttribute.isEmpty { return ("userNameAttribute", "it is empty") }
        if groupNameAttribute.isEmpty { return ("groupNameAttribute", "it is empty") }
        if (groupBase == nil) != (groupFilter == nil) {
            return (groupBase == nil ? "groupBase" : "groupFilter", "one of the two is there without the other")
        }
        if let groupFilter, !groupFilter.contains("{name}"), !groupFilter.contains("{dn}") {
            return ("groupFilter", "it lacks {dn} or {name}")
        }
        return nil
    }
}
