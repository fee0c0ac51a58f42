import CarrelModel
import Foundation
import Testing

@Suite struct ServerNameTests {
    @Test(arguments: ["", "a", "s1", "gpu-large", "x" + String(repeating: "1", count: 29)])
    func `a legal name is taken as it is`(text: String) throws {
        let name = try ServerName(text)
        #expect(name.text == text)
        #expect(name.isDefault == text.isEmpty)
        #expect(try JSONDecoder().decode([ServerName].self, from: JSONEncoder().encode([name])) == [name])
    }

    @Test(arguments: [
        ("A", NameError.ServerNameFault.character), ("a b", .character), ("a_b", .character), ("é", .character),
        ("a/b", .character), ("..", .character), ("1a", .start), ("-a", .start), ("a-", .end), ("a--b", .doubleHyphen),
        ("x" + String(repeating: "1", count: 30), .tooLong),
    ])
    func `another name is refused and the fault is named`(text: String, fault: NameError.ServerNameFault) {
        #expect(throws: NameError.serverName(fault)) { try ServerName(text) }
    }

    @Test func `the default server has words for people`() throws {
        #expect(ServerName.default.displayText == "default server")
        #expect(try ServerName("gpu").displayText == "gpu")
    }
}

@Suite struct ServerKeyTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let user, server, prefix, fullName, clientID, directory: String
        var testDescription: String { fullName }
    }

    static let cases = [
        Case(
            user: "alice",
            server: "",
            prefix: "/user/alice/",
            fullName: "alice/",
            clientID: "jupyterhub-user-alice",
            directory: "alice",
        ),
        Case(
            user: "alice",
            server: "s1",
            prefix: "/user/alice/s1/",
            fullName: "alice/s1",
            clientID: "jupyterhub-user-alice-s1",
            directory: "alice--s1",
        ),
        Case(
            user: "a@x",
            server: "s-1",
            prefix: "/user/a@x/s-1/",
            fullName: "a@x/s-1",
            clientID: "jupyterhub-user-a%40x-s-1",
            directory: "a-x-bd39e6feafd83701--s-1",
        ),
        Case(
            user: "a-b",
            server: "",
            prefix: "/user/a-b/",
            fullName: "a-b/",
            clientID: "jupyterhub-user-a%2Db",
            directory: "a-b-d44362d67d921091",
        ),
    ]

    @Test(arguments: cases)
    func `a server is named everywhere after its user and itself`(_ example: Case) throws {
        let user = try UserName(normalizing: example.user)
        let key = ServerKey(user: user, server: try ServerName(example.server))
        #expect(key.prefix == example.prefix)
        #expect(key.fullName == example.fullName)
        #expect(key.oauthClientID == example.clientID)
        #expect(key.directoryName == example.directory)
        #expect(ServerKey(fullName: key.fullName) == key)
    }

    @Test func `no two servers are one OAuth client`() throws {
        let named = ServerKey(user: try UserName(normalizing: "a"), server: try ServerName("b"))
        let hyphenated = ServerKey(user: try UserName(normalizing: "a-b"))
        #expect(named.oauthClientID != hyphenated.oauthClientID)
        #expect(named.directoryName != hyphenated.directoryName)
    }

    @Test func `where the user ends and the server begins makes a difference in long names too`() throws {
        let names = try [(20, 25), (21, 24)].map { lengths in
            ServerKey(
                user: try UserName(normalizing: String(repeating: "a", count: lengths.0)),
                server: try ServerName(String(repeating: "a", count: lengths.1)),
            ).directoryName
        }
        #expect(names.map { $0.prefix(24) } == ["aaaaaaaaa--aaaaaaaaaa---", "aaaaaaaaa--aaaaaaaaaa---"])
        #expect(names.map(\.utf8.count) == [40, 40])
        #expect(names[0] != names[1])
    }

    @Test(arguments: ["", "alice", "/", "alice//", "alice/s1/x", "a/B", "../s1"])
    func `what isn't a full name gives no key`(text: String) {
        #expect(ServerKey(fullName: text) == nil)
    }
}
