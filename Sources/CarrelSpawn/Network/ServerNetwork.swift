import CNamespaces
import Foundation
import Glibc
import Synchronization

/// Gives servers networks of their own, and keeps the rules of what they may reach.
///
/// A namespace lives as long as a process is in it or the hub holds it: what a server had of the network is gone with
/// the server, whoever is killed when.
final class ServerNetwork: Sendable {
    /// Tells this hub's cables and table from another's: `cr` and four hexadecimal digits.
    let mark: String
    private let rules: Mutex<NetworkRules>
    private let next: Mutex<Int>
    private let isForwarding = Mutex(false)
    /// Whether there may be servers that the rules are for.
    private let isInUse = Mutex(false)
    private let table = Mutex(TableState())

    /// What is known of the table of rules.
    private struct TableState {
        /// Counts how often writing began or ended.
        var writes = 0
        /// The text that was written last, and how nft listed it.
        var listed: (text: String, listing: String)?
    }

    /// How long `ip` and `nft` may take; they take some milliseconds.
    private static let longestCommand = Duration.seconds(20)
    /// How many addresses are tried before a start is given up.
    private static let mostTries = 200

    /// Names a hub's networks.
    init(mark: String, rules: NetworkRules) {
        self.mark = mark
        self.rules = Mutex(rules)
        next = Mutex(Int.random(in: NetworkSlot.numbers))
    }

    /// What servers are told to ask for names.
    var nameservers: [String] { rules.withLock { $0.nameservers } }

    /// Changes the rules, at once and for running servers too; when that can't be, the old ones hold.
    func apply(_ new: NetworkRules) async throws(ProgramFailure) {
        let old = rules.withLock { rules in
            let old = rules
            rules = new
            return old
        }
        guard isInUse.withLock({ $0 }) else { return }
        do {
            try await writeFilter()
        } catch {
            rules.withLock { if $0 == new { $0 = old } }
            throw error
        }
    }

    /// Holds the servers of an earlier hub to the present rules: they may have changed, and will.
    func takeOver() async throws(ProgramFailure) {
        let isKnown = isInUse.withLock { inUse in
            defer { inUse = true }
            return inUse
        }
        guard !isKnown, access(Self.nft, X_OK) == 0 else { return }
        do {
            try await writeFilter()
        } catch {
            isInUse.withLock { $0 = false }
            throw error
        }
    }

    /// Makes a namespace with a way out.
    ///
    /// - Returns: the namespace, to be entered by the server's process.
    func make() async throws -> Descriptor {
        isInUse.withLock { $0 = true }
        // Each time, because a firewall that is loaded again on this machine takes all tables away.
        async let filter: Void = writeFilter()
        if !isForwarding.withLock({ $0 }) {
            try openForwarding()
            isForwarding.withLock { $0 = true }
        }
        let namespace = Descriptor(
            owning: try SystemFailure.check("unshare") { carrel_network_namespace() }
        )
        let path = "/proc/\(getpid())/fd/\(namespace.number)"
        let (addresses, hasIPv6) = rules.withLock { ($0.addresses, $0.hasIPv6) }
        for _ in 0..<Self.mostTries {
            let slot = NetworkSlot(mark: mark, number: nextNumber(), addresses: addresses)
            guard try await isLaid(slot, into: path, hasIPv6: hasIPv6) else { continue }
            try await ip(slot.insideCommands(hasIPv6: hasIPv6), in: path)
            try await filter
            return namespace
        }
        throw SystemFailure(
            call: "find an address for a server in \(addresses).0.0/16",
            path: nil,
            number: EADDRNOTAVAIL
        )
    }

    /// Lays a server's cable on the host's side.
    ///
    /// - Returns: false when somebody else has the cable's name or its address.
    private func isLaid(_ slot: NetworkSlot, into namespace: String, hasIPv6: Bool) async throws -> Bool {
        do {
            try await ip(slot.hostCommands(namespace: namespace, hasIPv6: hasIPv6))
            return true
        } catch {
            guard case .failed(_, _, let said) = error, said.contains("File exists") else { throw error }
            // When the first command failed nothing was made, and the cable is another's.
            if !said.contains("-:1") { try? await ip(["link delete \(slot.cable)"]) }
            return false
        }
    }

    /// Removes the rules; nothing may run any more.
    func remove() async {
        isForwarding.withLock { $0 = false }
        isInUse.withLock { $0 = false }
        try? await nft(filter.removal)
    }

    private func nextNumber() -> Int {
        next.withLock { number in
            number = number >= NetworkSlot.numbers.upperBound ? NetworkSlot.numbers.lowerBound : number + 1
            return number
        }
    }

    /// Writes the rules as they are, until they are those that were written: another may have come first with newer ones.
    private func writeFilter(isAnew: Bool = false) async throws(ProgramFailure) {
        table.withLock { $0.writes += 1 }
        defer { table.withLock { $0.writes += 1 } }
        var text: String
        repeat {
            text = filter.text
            try await nft(isAnew ? filter.anew : text)
        } while text != filter.text
        // Once for each text: nft lists what it was told in words of its own.
        guard table.withLock({ $0.listed?.text != text }), let listing = try await listing() else { return }
        table.withLock { $0.listed = (text, listing) }
    }

    private func nft(_ text: String) async throws(ProgramFailure) {
        try await ProgramRun.output(of: Self.nft, ["-f", "-"], input: text, within: Self.longestCommand)
    }

    private var filter: NetworkFilter { NetworkFilter(mark: mark, rules: rules.withLock { $0 }) }

    /// The table's chains and rules as they are now, without counters and what sets hold; nil when it isn't there.
    private func listing() async throws(ProgramFailure) -> String? {
        do {
            let arguments = ["--stateless", "--terse", "list", "table", "inet", filter.table]
            return try await ProgramRun.output(of: Self.nft, arguments, within: Self.longestCommand)
        } catch {
            guard case .failed(_, _, let said) = error, said.contains("No such file") else { throw error }
            return nil
        }
    }

    /// Puts the table of rules back when somebody has removed or changed it, as firewalls do that are loaded again.
    ///
    /// - Returns: what was found; nil when the table is as it was written.
    func mend() async throws(ProgramFailure) -> String? {
        try await takeOver()
        let before = table.withLock { ($0.writes, $0.listed) }
        let found = try await listing()
        // Written meanwhile, or being written: the next look will tell.
        guard before.0.isMultiple(of: 2), table.withLock({ $0.writes }) == before.0 else { return nil }
        if let found, let listed = before.1, listed.text == filter.text, listed.listing == found { return nil }
        try await writeFilter(isAnew: true)
        return "nft's table inet \(filter.table) was \(found == nil ? "gone" : "changed")"
    }

    /// Runs commands of `ip`, here or in another network namespace.
    private func ip(_ commands: [String], in namespace: String? = nil) async throws(ProgramFailure) {
        let batch = ["-batch", "-"]
        try await ProgramRun.output(
            of: namespace == nil ? Self.ip : Self.nsenter,
            namespace.map { ["--net=\($0)", Self.ip] + batch } ?? batch,
            input: commands.joined(separator: "\n") + "\n",
            within: Self.longestCommand,
        )
    }

    /// Has the kernel pass packets on, without which servers reach nothing.
    private func openForwarding() throws(SystemFailure) {
        // Written only when it must be: writing sets other switches back.
        try Self.turn("/proc/sys/net/ipv4/ip_forward", from: "0", to: "1")
        guard rules.withLock({ $0.hasIPv6 }) else { return }
        // A machine that passes packets on hears no routers' advertisements, unless told to (2): it would lose its own
        // way out. See the kernel's Documentation/networking/ip-sysctl.rst, accept_ra.
        for name in (try? FileManager.default.contentsOfDirectory(atPath: Self.settings6)) ?? [] {
            try Self.turn("\(Self.settings6)/\(name)/accept_ra", from: "1", to: "2")
        }
        try Self.turn("\(Self.settings6)/all/forwarding", from: "0", to: "1")
    }

    private static let settings6 = "/proc/sys/net/ipv6/conf"

    private static func turn(_ path: String, from old: String, to new: String) throws(SystemFailure) {
        let file = try Descriptor(opening: path, O_RDWR)
        if String(decoding: file.contents(limit: 8), as: UTF8.self) == old + "\n" { try file.write(new) }
    }

    /// util-linux's program.
    private static let nsenter = "/usr/bin/nsenter"
    /// iproute2's program.
    static let ip = "/usr/sbin/ip"
    /// nftables' program.
    static let nft = "/usr/sbin/nft"
}
