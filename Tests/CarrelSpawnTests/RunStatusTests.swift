import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `A run's status` {
    @Test func `comes together from the lines of hub, process and bubblewrap`() throws {
        let started = Date(timeIntervalSince1970: 1_795_000_000.5)
        let first = try RunStatus.firstLine(bootID: "b", servicePrefix: "/user/a/", startedAt: started, owner: 20001)
        let text =
            first + """
                { "monitor-pid": 10 }
                { "child-pid": 11, "mnt-namespace": 4026532177, "pid-namespace": 4026532178 }
                { "exit-code": 143 }

                """

        let status = RunStatus(Array(text.utf8))

        #expect(status.bootID == "b")
        #expect(status.servicePrefix == "/user/a/")
        #expect(status.startedAt == started)
        #expect(status.owner == 20001)
        #expect(status.monitor == 10)
        #expect(status.sandbox == 11)
        #expect(status.namespace == 4_026_532_178)
        #expect(status.exitCode == 143)
    }

    @Test(arguments: ["", "{ \"monitor-pid\": 1", "\u{0}\u{1}", "[]\n{}\n", "{ \"monitor-pid\": \"x\" }\n"])
    func `says nothing when there is nothing to read`(text: String) {
        #expect(RunStatus(Array(text.utf8)) == RunStatus([]))
    }

    @Test func `can be cut anywhere by a crash`() {
        let whole = Array("{ \"monitor-pid\": 10 }\n{ \"child-pid\": 11, \"pid-namespace\": 12 }\n".utf8)
        for length in whole.indices {
            let status = RunStatus(Array(whole.prefix(length)))
            #expect(status.monitor == nil || status.monitor == 10)
            #expect(status.sandbox == nil || (status.sandbox == 11 && status.namespace == 12))
        }
    }
}

@Suite struct `The state of a server` {
    @Test func `survives being kept as JSON`() throws {
        let state = SpawnState(kind: "sandbox", id: "a", handle: "17", startedAt: Date(timeIntervalSince1970: 1.25))
        let copy = try JSONDecoder().decode(SpawnState.self, from: JSONEncoder().encode(state))
        #expect(copy == state)
    }

    @Test(arguments: [
        (ServerAddress.unixSocket(path: "/run/a b/s.sock"), "http+unix://%2Frun%2Fa%20b%2Fs.sock"),
        (.tcp(host: "10.0.0.7", port: 8888), "http://10.0.0.7:8888"),
        (.tcp(host: "::1", port: 1), "http://[::1]:1"),
    ])
    func `has an address that can be a route's target`(address: ServerAddress, url: String) {
        #expect(address.url == url)
    }
}
