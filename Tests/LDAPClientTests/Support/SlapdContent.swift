/// What the tests' directory holds.
enum SlapdContent {
    static let serviceName = "cn=search,dc=example,dc=org"
    static let servicePassword = "open sesame"

    static func configuration(in folder: String) -> String {
        """
        include /etc/ldap/schema/core.schema
        include /etc/ldap/schema/cosine.schema
        include /etc/ldap/schema/inetorgperson.schema
        modulepath /usr/lib/ldap
        moduleload back_mdb
        moduleload ppolicy
        pidfile \(folder)/slapd.pid

        """
    }

    /// People can be read by the account that searches, and by themselves; whoever is bound as somebody else finds nobody.
    static func database(in folder: String) -> String {
        """
        database mdb
        suffix "dc=example,dc=org"
        directory \(folder)/db
        dbnosync
        overlay ppolicy
        ppolicy_default "cn=policy,dc=example,dc=org"
        ppolicy_use_lockout
        access to attrs=userPassword by anonymous auth by * none
        access to dn.subtree="ou=open,dc=example,dc=org" by * read
        access to dn.subtree="ou=people,dc=example,dc=org" by dn.exact="\(serviceName)" read by self read by anonymous auth by * none
        access to dn.subtree="ou=groups,dc=example,dc=org" by users read by * none
        access to * by * read

        """
    }

    static let entries =
        """
        dn: dc=example,dc=org
        objectClass: dcObject
        objectClass: organization
        o: Example
        dc: example

        dn: ou=people,dc=example,dc=org
        objectClass: organizationalUnit
        ou: people

        dn: ou=groups,dc=example,dc=org
        objectClass: organizationalUnit
        ou: groups

        dn: ou=open,dc=example,dc=org
        objectClass: organizationalUnit
        ou: open

        dn: cn=policy,dc=example,dc=org
        objectClass: device
        objectClass: pwdPolicy
        cn: policy
        pwdAttribute: userPassword
        pwdMaxAge: 31536000
        pwdMustChange: TRUE
        pwdLockout: TRUE

        dn: cn=search,dc=example,dc=org
        objectClass: applicationProcess
        objectClass: simpleSecurityObject
        cn: search
        userPassword: open sesame


        """
        + person("alice", more: "mail: alice@example.org\nmail: a@example.org\n") + person("bob") + person("jürgen")
        + person("a*b") + person("a,b+c", escaped: "a\\,b\\+c")
        + person("carol", more: "pwdAccountLockedTime: 000001010000Z\n")
        + person("dave", more: "pwdChangedTime: 20200101000000Z\n") + person("erin", more: "pwdReset: TRUE\n")
        + person("frank", hasPassword: false) + person("twin") + person("twin", unit: "open")
        + person("olga", unit: "open")
        + person("eve", more: "uid: eva\n")
        + group("physicists", ["alice", "bob"]) + group("chemists", ["bob"]) + group("astronomers", ["alice"])

    /// An entry of somebody; the password is the name, reversed.
    static func person(
        _ name: String,
        escaped: String? = nil,
        unit: String = "people",
        hasPassword: Bool = true,
        more: String = ""
    ) -> String {
        let line = hasPassword ? "userPassword: \(password(of: name))\n" : ""
        return """
            dn: uid=\(escaped ?? name),ou=\(unit),dc=example,dc=org
            objectClass: inetOrgPerson
            uid: \(name)
            cn: The \(name)
            sn: \(name)
            \(line)\(more)

            """
    }

    static func password(of name: String) -> String { String(name.reversed()) }

    private static func group(_ name: String, _ members: [String]) -> String {
        let lines = members.map { "member: uid=\($0),ou=people,dc=example,dc=org\n" }.joined()
        return "dn: cn=\(name),ou=groups,dc=example,dc=org\nobjectClass: groupOfNames\ncn: \(name)\n\(lines)\n"
    }
}
