import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `The servers' network` {
    @Test func `numbers give addresses and names that fit`() {
        let slot = NetworkSlot(mark: "crabcd", number: 65533, addresses: "10.78")
        #expect(slot.cable == "crabcd-65533")
        #expect(slot.cable.utf8.count <= 15)
        #expect(slot.address == "10.78.255.253")
        #expect(slot.gateway == "10.78.0.1")
        #expect(slot.address6 == "fd78:10:78:0::fffd")
        #expect(NetworkSlot(mark: "cr", number: 2, addresses: "100.64").address == "100.64.0.2")
    }

    @Test func `every number has an address of its own that isn't the host's`() {
        let addresses = NetworkSlot.numbers.map { NetworkSlot(mark: "c", number: $0, addresses: "10.0").address }
        #expect(Set(addresses).count == addresses.count)
        #expect(!addresses.contains("10.0.0.1") && !addresses.contains("10.0.255.255"))
    }

    /// nft itself says whether it understands the rules (`--check` changes nothing).
    @Test(
        .enabled(if: geteuid() == 0 && access("/usr/sbin/nft", X_OK) == 0),
        arguments: [NetworkRules.Outgoing.all, .publicOnly, .listed],
    )
    func `the rules are ones that nft takes`(outgoing: NetworkRules.Outgoing) async throws {
        let rules = NetworkRules(
            outgoing: outgoing,
            allowed: ["192.0.2.0/24", "2001:db8::1"],
            nameservers: ["169.254.169.254", "2001:db8::53"],
            hasIPv6: true,
        )
        let filter = NetworkFilter(mark: "crtest", rules: rules)
        for (text, isTaken) in [
            (filter.text, true), (filter.anew, true), (filter.removal, true), (filter.text + "nonsense\n", false),
        ] {
            let arguments = ["--check", "-f", "-"]
            let output = try? await ProgramRun.output(of: "/usr/sbin/nft", arguments, input: text, within: .seconds(30))
            #expect((output != nil) == isTaken, "\(text)")
        }
    }

    @Test(.enabled(if: geteuid() == 0 && access("/usr/sbin/nft", X_OK) == 0))
    func `rules written again go on counting each server's connections`() async throws {
        let filter = NetworkFilter(mark: "crtest", rules: NetworkRules())
        let file = "/tmp/carrel-rules-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try filter.text.write(toFile: file, atomically: false, encoding: .utf8)
        let set = "inet \(filter.table) connections4"
        let script = """
            nft -f \(file) && nft 'add element \(set) { 10.78.0.2 ct count over 4096 }' && nft -f \(file) && nft list set \(set)
            """
        let unshare = "/usr/bin/unshare"
        let said = try await ProgramRun.output(of: unshare, ["--net", "sh", "-c", script], within: .seconds(30))
        #expect(said.contains("10.78.0.2"))
    }

    @Test func `name servers come before what is forbidden, even where they are metadata services too`() throws {
        let text = NetworkFilter(mark: "cr", rules: NetworkRules(nameservers: ["169.254.169.254"])).text
        let forward = try #require(text.range(of: "chain forward")).lowerBound
        let server = try #require(text.range(of: "ip daddr 169.254.169.254 meta", range: forward..<text.endIndex))
        let metadata = try #require(text.range(of: "169.254.0.0/16", range: forward..<text.endIndex))
        #expect(server.lowerBound < metadata.lowerBound)
    }

    @Test func `name servers on loopback addresses are left out`() {
        let text = """
            # a comment
            search example.org
            nameserver 127.0.0.53
            nameserver ::1
            nameserver\t192.0.2.53
            nameserver 2001:db8::53
            nameserver fe80::1%eth0
            nameserver somewhere
            options edns0
            """
        #expect(Resolver.reachable(in: text) == ["192.0.2.53", "2001:db8::53"])
        #expect(
            Resolver.configuration(["192.0.2.1"], host: text)
                == "nameserver 192.0.2.1\nsearch example.org\noptions edns0\n"
        )
    }
}

@Suite struct `The filter of system calls` {
    @Test func `is a program of whole instructions`() throws {
        let program = try SystemCallFilter.program(for: SystemCallPolicy.rules)
        #expect(program.count > 400 && program.count % 8 == 0)
    }

    @Test func `knows the calls it is about`() throws {
        // One that is misspelt would be left out in silence, as one that libseccomp doesn't know yet.
        let unknown = try Set(SystemCallPolicy.rules.map(\.name)).filter { name in
            try SystemCallFilter.program(for: [SystemCallRule(name: name)])
                == SystemCallFilter.program(for: [])
        }
        #expect(
            unknown.isSubset(of: ["open_tree_attr", "statmount", "listmount", "umount", "quotactl_fd", "memfd_secret"])
        )
    }

    @Test func `leaves what notebooks need`() {
        let needed: Set = [
            "ptrace", "execve", "clone", "fork", "mmap", "personality", "prctl", "seccomp", "memfd_create", "setrlimit",
            "prlimit64",
        ]
        let refused = SystemCallPolicy.rules.filter(\.conditions.isEmpty).map(\.name)
        #expect(needed.isDisjoint(with: refused))
    }
}
