import Foundation
import Testing

@testable import CarrelModel

@Suite struct `Data sources in the configuration` {
    private static let provider = """
        hub: {publicURL: 'https://hub.example.org'}
        authenticators: {egi: {issuer: 'https://aai.egi.eu/auth', clientID: carrel}, portal: {kind: ldap, servers: ['ldaps://h'], base: dc=h}}

        """

    private static let openBIS = """
        hub: {publicURL: 'https://hub.example.org'}
        authenticators: {lab: {kind: openbis, url: 'https://openbis.example.org'}, portal: {kind: ldap, servers: ['ldaps://h'], base: dc=h}}

        """

    private static func webdav(_ keys: String = "") -> String {
        "dataSources: {b2drop: {address: 'https://b2drop.eudat.eu/remote.php/webdav'\(keys.isEmpty ? "" : ", \(keys)")}}"
    }

    @Test func `the least there must be`() throws {
        let one = try #require(try configuration(Self.webdav()).dataSources.first)
        #expect((one.name, one.title, one.homeFolder, one.kind) == ("b2drop", "b2drop", "b2drop", .webdav))
        #expect(one.access == .readWrite && !one.inStartOptions && one.groups.isEmpty)
        #expect(one.kind.credential == .password)
    }

    @Test(arguments: DataSourceKind.allCases)
    func `every default is accepted when it is written out`(kind: DataSourceKind) throws {
        var source = DataSourceSettings(name: "a")
        source.kind = kind
        let keys = DataSourceSettings.keys.filter { source.standing(of: $0) == .optional }.map(\.document)
        let lines = keys.filter { $0.defaultText?.isEmpty == false && !["title", "kind"].contains($0.name) }.map {
            key in
            "\(key.name): " + (key.kind.hasPrefix("list") ? key.defaultText ?? "" : "'\(key.defaultText ?? "")'")
        }
        let least = "kind: \(kind.rawValue), \(kind == .openbis ? "authenticator: lab" : "address: 'https://h/'")"
        let written = try configuration(
            Self.openBIS + "dataSources: {a: {\(([least] + lines).joined(separator: ", "))}}"
        )
        #expect(try written.dataSources == configuration(Self.openBIS + "dataSources: {a: {\(least)}}").dataSources)
    }

    @Test func `each kind is read with all it says`() throws {
        let sources = try configuration(
            Self.provider.replacing(", portal: {kind: ldap, servers: ['ldaps://h'], base: dc=h}", with: "") + """
                dataSources:
                  cloud:
                    title: Cloud of the institute
                    address: https://cloud.example.org/remote.php/dav/files/{user}
                    certificateAuthority: ca.pem
                    folder: Cloud
                    access: readOnly
                    groups: [rivers]
                    passwordHelp: https://cloud.example.org/settings/user/security
                    inStartOptions: true
                  datahub:
                    kind: onedata
                    address: https://datahub.egi.eu
                    providers: [plg-cyfronet-01.datahub.egi.eu]
                    tokenName: notebooks.example.org
                    tokenPrefix: "egi:"
                    signIn: egi
                  workspace:
                    kind: storagehub
                    address: https://api.d4science.org/workspace
                    signIn: egi
                    tokenEndpoint: https://accounts.d4science.org/auth/realms/d4science/token
                    contexts: [/d4science.research-infrastructures.eu/FARM/Rivers]
                """
        ).dataSources
        #expect(sources.map(\.kind) == [.webdav, .onedata, .storagehub])
        #expect(sources.map(\.homeFolder) == ["Cloud", "datahub", "workspace"])
        #expect(sources[0].certificateAuthority == "/etc/carrel/ca.pem")
        #expect(sources[1].tokenPrefix == "egi:" && sources[1].kind.credential == .token)
        #expect(sources[2].contexts == ["/d4science.research-infrastructures.eu/FARM/Rivers"])
    }

    @Test(arguments: [
        ("http://b2drop.eudat.eu/x", false), ("https://b2drop.eudat.eu", true), ("http://127.0.0.1:8080/dav", true),
        ("http://localhost/dav", true), ("http://127.0.0.1.evil.org/", false), ("http://localhost@evil.org/", false),
        ("https://me@b2drop.eudat.eu/", false), ("https://b2drop.eudat.eu/?a=b", false), ("https:///x", false),
        ("https://{user}.example.org/", false), ("https://h/dav/{user}", true), ("ftp://h/", false), ("", false),
    ])
    func `addresses are encrypted, or of this machine`(address: String, isTaken: Bool) {
        #expect(problems("dataSources: {a: {address: '\(address)'}}").isEmpty == isTaken, "\(address)")
    }

    private static let alone: [(String, String)] = [
        ("dataSources: {a: {}}", "dataSources.a.address: found no such key"),
        (
            webdav("providers: [a.example.org]"),
            "dataSources.b2drop.providers: found a key without use here, expected it with kind: onedata only"
        ),
        (webdav("signIn: egi"), "expected it with kind: onedata or storagehub only"),
        (
            webdav("folder: projects"),
            "dataSources.b2drop.folder: found projects, expected another name: the hub keeps a folder of its own there"
        ),
        ("dataSources: {projects: {address: 'https://h/'}}", "dataSources.projects: found projects, expected another"),
        (webdav("folder: a/b"), "dataSources.b2drop.folder: found “a/b”, expected a name of 1 to 100 characters"),
        (
            webdav() + "\nsharedFolders: {b2drop: {}}",
            "dataSources.b2drop: found the folder b2drop, which is that of sharedFolders.b2drop, expected a folder that"
        ),
        (
            webdav("folder: course") + "\ninstances: {c: {material: {files: /srv/course}}}",
            "found the folder course, which is that of instances.c.material"
        ),
        (
            webdav("folder: in") + "\ninstances: {c: {handIn: in}}",
            "found the folder in, which is that of instances.c.handIn"
        ),
    ]

    private static let together: [(String, String)] = [
        (
            "dataSources: {a: {address: 'https://h/', folder: x}, b: {address: 'https://h/', folder: x}}",
            "dataSources.b.folder: found the folder x, which is that of dataSources.a"
        ),
        (
            "dataSources: {a: {kind: onedata, address: 'https://h/{user}'}}",
            "dataSources.a.address: found https://h/{user}, expected an address without {user}"
        ),
        (
            provider + "dataSources: {a: {kind: onedata, address: 'https://h', signIn: portal}}",
            "dataSources.a.signIn: found portal, expected an authenticator of kind: openid"
        ),
        (
            provider + "dataSources: {a: {kind: storagehub, address: 'https://h', signIn: egi}}",
            "dataSources.a.tokenEndpoint: found none, expected it beside signIn"
        ),
        (
            provider
                + "dataSources: {a: {kind: storagehub, address: 'https://h', signIn: egi, tokenEndpoint: 'http://h/t', contexts: [/a]}}",
            "dataSources.a.tokenEndpoint: found http://h/t, expected https://"
        ),
        (
            provider
                + "dataSources: {a: {kind: storagehub, address: 'https://h', signIn: egi, tokenEndpoint: 'https://h/t'}}",
            "dataSources.a.contexts: found none, expected a context, as egi has none either"
        ),
        (
            "dataSources: {a: {kind: onedata, address: 'https://h', tokenPrefix: 'a b'}}",
            "dataSources.a.tokenPrefix: found “a b”, expected a word and a colon"
        ),
        (
            webdav() + "\ninstances: {c: {dataSources: [b3drop]}}",
            "instances.c.dataSources: found b3drop, expected a data source that the file has"
        ),
    ]

    private static let ofOpenBIS: [(String, String)] = [
        (
            openBIS + "dataSources: {a: {kind: openbis, authenticator: portal}}",
            "dataSources.a.authenticator: found portal, expected an authenticator of kind: openbis"
        ),
        (openBIS + "dataSources: {a: {kind: openbis}}", "dataSources.a.authenticator: found no such key"),
        (
            openBIS + "dataSources: {a: {kind: openbis, authenticator: lab, address: 'https://h'}}",
            "dataSources.a.address: found a key without use here"
        ),
        (
            openBIS + "dataSources: {a: {kind: openbis, authenticator: lab, access: readWrite}}",
            "dataSources.a.access: found a key without use here"
        ),
        (webdav("authenticator: lab"), "expected it with kind: openbis only"),
    ]

    @Test func `an openBIS is where its authenticator says, and is only read`() throws {
        let least = Self.openBIS + "dataSources: {openbis: {kind: openbis, authenticator: lab}}"
        let source = try #require(try configuration(least).dataSources.first)
        #expect((source.kind, source.homeFolder, source.signInWay) == (.openbis, "openbis", "lab"))
        #expect(source.access == .readOnly && source.kind.credential == .nothing)
    }

    @Test(arguments: alone + together + ofOpenBIS)
    func `what is wrong is said where it stands`(yaml: String, problem: String) {
        #expect(problems(yaml).contains { $0.contains(problem) }, "\(problems(yaml))")
    }

    @Test(arguments: [
        ("kind: persistent", true), ("kind: ephemeral", false), ("kind: ephemeral, dataSources: [b2drop]", true),
        ("kind: persistent, dataSources: []", false), ("kind: temporary, ends: 2030-01-01", true),
    ])
    func `an instance has all where homes last, and those that it names`(keys: String, offers: Bool) throws {
        let instance = try configuration(Self.webdav() + "\ninstances: {c: {\(keys)}}").instances[0]
        #expect(instance.offers(dataSource: "b2drop") == offers)
        // As it is kept in the store.
        #expect(try InstanceSettings(name: "c", json: instance.json()).offers(dataSource: "b2drop") == offers)
    }

    @Test func `a new address holds without a restart`() throws {
        let new = try configuration(Self.webdav().replacing("webdav'", with: "dav'"))
        let changes = ConfigurationChange.between(old: try configuration(Self.webdav()), new: new)
        #expect(changes.map(\.key) == ["dataSources.b2drop.address"])
        #expect(changes.allSatisfy { !$0.needsRestart })
    }

    @Test func `groups decide who is offered it`() {
        var source = DataSourceSettings(name: "b2drop")
        #expect(source.isOffered(to: []))
        source.groups = ["rivers"]
        #expect(!source.isOffered(to: ["lakes"]) && source.isOffered(to: ["lakes", "rivers"]))
    }
}
