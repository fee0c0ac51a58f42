public import CarrelModel
import Foundation
import Glibc

extension SandboxSpawner {
    /// Looks at the rules of the servers' network, if servers run; see ``Spawner``.
    ///
    /// The other walls belong to each server's own processes, and nothing outside takes them down by the way.
    public func mendWalls() async throws(SpawnError) -> [WallRepair] {
        guard !runs.isEmpty, await walls.standing.contains(.network) else { return [] }
        do {
            return try await network.mend().map { [WallRepair(wall: .network, found: $0)] } ?? []
        } catch {
            throw .cannotPrepare("-", reason: "the network's rules: \(error.message)")
        }
    }

    /// Puts every wall up and takes it down again, if one couldn't be put up before; see ``Spawner``.
    public func missingWalls() async -> [Wall: String] {
        let options = options
        return await survey.obstacles(options: options, groups: groups, network: network, isAnew: true)
            .filter { !options.leaveOut.contains($0.key) }
    }

    /// Looks into the run directory and at the control groups; see ``Spawner``.
    ///
    /// A server's network, mounts and layer are its processes' own: the kernel removes them with the last of these.
    public func removeLeftovers(but wanted: Set<String>) async -> [String: SpawnError?] {
        var removed: [String: SpawnError?] = [:]
        for id in Set(runs).union(groups.ids()).subtracting(wanted).sorted() where !Self.isInUse(id) {
            do {
                try await stop(id: id, grace: Self.leftoverGrace)
                removed.updateValue(nil, forKey: id)
            } catch {
                removed.updateValue(error, forKey: id)
            }
        }
        return removed
    }

    /// How long a server that nobody wants may take to end.
    private static let leftoverGrace = Duration.seconds(5)

    /// The ids that the run directory has something of.
    private var runs: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: options.runDirectory)) ?? []
        return names.filter { !$0.hasPrefix(".") }
    }

    /// Whether an id is of the trial of a `carrel doctor` that runs just now (see ``SandboxCheck``).
    private static func isInUse(_ id: String) -> Bool {
        guard id.hasPrefix("doctor-"), let pid = Int32(id.dropFirst("doctor-".count)), pid > 0 else { return false }
        return kill(pid, 0) == 0
    }
}
