import CarrelModel
import Foundation
import Glibc

/// Finds out which walls this machine can put up, by putting each up and taking it down again.
///
/// A wall is either there for every server or, said aloud, for none: one that fails later fails a start.
actor WallSurvey {
    private var latest: Task<[Wall: String], Never>?

    /// Walls that can't be put up, with the reason as a sentence.
    ///
    /// All who ask share one look. It is a task of its own: a start that is cancelled meanwhile mustn't make it seem that
    /// the machine can't put up what was being tried.
    ///
    /// - Parameters:
    ///   - options: where the walls are tried.
    ///   - groups: the hub's control groups.
    ///   - network: the hub's networks.
    ///   - isAnew: whether to look again if something was in the way.
    /// - Returns: the walls and reasons; nothing when all can be put up.
    func obstacles(
        options: SandboxOptions,
        groups: ControlGroups,
        network: ServerNetwork,
        isAnew: Bool = false,
    ) async -> [Wall: String] {
        if let known = await latest?.value, !isAnew || known.isEmpty { return known }
        let look = Task { await Self.look(options, groups, network) }
        latest = look
        return await look.value
    }

    private static func look(
        _ options: SandboxOptions,
        _ groups: ControlGroups,
        _ network: ServerNetwork,
    ) async -> [Wall: String] {
        var obstacles: [Wall: String] = [:]
        obstacles[.syscalls] = reason { _ = try SystemCallFilter.file() }
        guard geteuid() == 0 else {
            for wall in [Wall.users, .limits, .network, .layer] { obstacles[wall] = "The hub isn't root." }
            return obstacles
        }
        obstacles[.limits] = await limits(groups)
        obstacles[.network] = await namespace(network)
        obstacles[.layer] = await layer(options)
        return obstacles
    }

    private static func limits(_ groups: ControlGroups) async -> String? {
        if case .none(let reason) = groups.layout { return reason }
        let id = "survey-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let reason = reason {
            _ = try groups.make(id, ResourceLimits(memory: ByteCount(bytes: 1 << 30), processes: 100))
        }
        try? await groups.remove(id, clock: ContinuousClock())
        return reason
    }

    private static func namespace(_ network: ServerNetwork) async -> String? {
        for program in [ServerNetwork.ip, ServerNetwork.nft] where access(program, X_OK) < 0 {
            return "\(program) isn't there."
        }
        do {
            _ = try await network.make()
            return nil
        } catch let failure as ProgramFailure {
            return "\(failure.message)."
        } catch {
            return "\(error)."
        }
    }

    private static func layer(_ options: SandboxOptions) async -> String? {
        let folder = "\(options.runDirectory)/.layer-\(getpid())-\(UInt32.random(in: .min ... .max))"
        defer { try? DirectoryEntry.removeTree(folder) }
        let failure = reason {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let account = Account(uid: 65534, gid: 65534)
            let layer = try ThrowAwayLayer(folder: folder, environment: nil, account: account, bytes: 1 << 20)
            let nothing = try Descriptor(opening: "/dev/null", O_RDWR)
            var program = DetachedProgram(path: "/usr/bin/true", arguments: [])
            program.steps = [.privateMounts] + layer.steps
            _ = try program.start(descriptors: [nothing.number, nothing.number, nothing.number])
        }
        return failure
    }

    private static func reason(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)."
        }
    }
}
