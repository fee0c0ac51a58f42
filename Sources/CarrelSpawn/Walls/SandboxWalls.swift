import CarrelModel
import Foundation
import Glibc

/// Puts up the walls around servers that bubblewrap doesn't: limits, network, throw-away layer, filter of system calls.
struct SandboxWalls: Sendable {
    let options: SandboxOptions
    let groups: ControlGroups
    let network: ServerNetwork
    /// Walls that this machine can't put up, with the reason as a sentence.
    let obstacles: [Wall: String]

    /// The walls that a server gets.
    var standing: Set<Wall> {
        Set(Wall.allCases).subtracting(options.leaveOut).subtracting(obstacles.keys)
    }

    /// Puts them up for one server.
    ///
    /// - Throws: ``SpawnError/wallMissing(_:reason:)`` when the machine lacks one and that may not be, or what failed.
    func raise(for order: StartOrder, as account: Account, _ run: RunDirectory) async throws -> RaisedWalls {
        if options.missingWalls == .refuse {
            let missing = obstacles.filter { !options.leaveOut.contains($0.key) }
            if let first = missing.min(by: { $0.key.rawValue < $1.key.rawValue }) {
                throw SpawnError.wallMissing(first.key, reason: first.value)
            }
        }
        // It takes longest, and is made beside the others.
        async let ownNetwork = standing.contains(.network) ? network.make() : nil
        var raised = RaisedWalls()
        if standing.contains(.limits) {
            // First of all, so that all that follows is counted.
            raised.steps += try groups.make(order.id, order.limits)
            raised.groupSteps = raised.steps
            raised.bindings += groups.bindings(of: order.id)
            raised.variables["MEM_LIMIT"] = order.limits.memory.map { "\($0.bytes)" }
            raised.variables["CPU_LIMIT"] = order.limits.processors.map { "\($0)" }
        }
        if geteuid() == 0 { raised.steps.append(.privateMounts) }
        if standing.contains(.limits) {
            raised.steps.append(.terminals(at: run.terminalFolder, most: Self.mostTerminals))
            raised.hasOwnTerminals = true
        }
        let mapped = try MappedFolders(order.folders, at: run.mappedFolder, as: geteuid() == 0 ? account : nil)
        raised.steps += mapped.steps
        raised.folders = mapped.bindings
        if standing.contains(.layer) {
            let layer = try ThrowAwayLayer(
                folder: run.layerFolder,
                environment: order.environment,
                account: account,
                bytes: options.layerBytes,
            )
            raised.steps += layer.steps
            raised.bindings += layer.bindings
            raised.isLayered = true
            raised.runtime = layer.runtimeFolder
        }
        if standing.contains(.syscalls) { raised.filter = try SystemCallFilter.file() }
        if let namespace = try await ownNetwork {
            raised.steps.append(.enterNetwork(namespace))
            raised.resolver = Resolver.configuration(network.nameservers, host: Self.hostResolver)
        }
        if raised.isLayered {
            let configuration = ConfigurationFolder(
                layer: run.layerFolder,
                layout: .observed(),
                run: run,
                hasOwnResolver: raised.resolver != nil,
            )
            raised.steps += configuration.steps
            raised.configurationFolder = configuration.path
        }
        return raised
    }

    /// How many terminals a server can have open.
    private static let mostTerminals = 128

    private static var hostResolver: String {
        (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
    }
}

extension ControlGroups {
    /// A server's own group, read-only, where programs look for it.
    fileprivate func bindings(of id: String) -> [FolderBinding] {
        let folders = folders(of: id)
        if case .unified = layout, let folder = folders.values.first {
            return [FolderBinding(host: folder, inside: "/sys/fs/cgroup", access: .readOnly)]
        }
        return folders.sorted { $0.key.rawValue < $1.key.rawValue }.map {
            FolderBinding(host: $0.value, inside: "/sys/fs/cgroup/\($0.key.rawValue)", access: .readOnly)
        }
    }
}
