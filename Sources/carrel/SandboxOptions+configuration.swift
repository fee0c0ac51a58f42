import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation

extension SandboxOptions {
    /// What the configuration says of sandboxes.
    init(_ configuration: Configuration, state: StateDirectory) {
        let sandbox = configuration.sandbox
        self.init(
            runDirectory: state.serverRun,
            logDirectory: state.serverLogs,
            logKeeper: Executable.beside("carrel-log"),
            logBytes: Int(configuration.servers.logSize.bytes),
            logFiles: configuration.servers.logFiles,
            bubblewrap: Executable.found(sandbox.bubblewrap),
            temporaryBytes: Int(sandbox.temporarySpace.bytes),
            layerBytes: Int(sandbox.layerSpace.bytes),
            network: NetworkRules(configuration.network),
            leaveOut: Set(sandbox.leaveOut),
            missingWalls: sandbox.missingWalls,
        )
    }
}

extension NetworkRules {
    /// What the configuration says of the network, with the machine's name servers where it names none.
    init(_ settings: NetworkSettings) {
        self.init(
            outgoing: Outgoing(settings.outgoing),
            allowed: settings.allowed.map(\.description),
            nameservers: settings.nameservers.isEmpty
                ? Resolver.nameservers() : settings.nameservers.map(\.description),
            addresses: settings.addresses.text,
            hasIPv6: Self.hostHasIPv6,
        )
    }

    /// Whether this machine knows a way to all of IPv6: a default route (`::/0`, not of the loopback device).
    private static var hostHasIPv6: Bool {
        let routes = (try? String(contentsOfFile: "/proc/net/ipv6_route", encoding: .utf8)) ?? ""
        return routes.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count == 10 && fields[0].allSatisfy { $0 == "0" } && fields[1] == "00" && fields[9] != "lo"
        }
    }
}

extension NetworkRules.Outgoing {
    init(_ access: OutgoingAccess) {
        switch access {
        case .all: self = .all
        case .public: self = .publicOnly
        case .listed: self = .listed
        }
    }
}
