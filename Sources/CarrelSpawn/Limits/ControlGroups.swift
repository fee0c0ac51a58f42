import Foundation
import Glibc

/// The control groups of a hub's servers: `<where ours may be>/carrel-<mark>/<id>`.
///
/// All of it is on the file system; a new hub finds the groups of the one before.
struct ControlGroups {
    let layout: ControlGroupLayout
    /// The name of the hub's own group, which tells its servers' groups from those of another hub.
    let name: String

    /// How many looks at a group that is to go are taken, 10 ms apart, before it is said to be stuck: on a busy machine
    /// the writer of the log, which is in the group too, may be late by seconds.
    private static let mostLooks = 2000

    private var isUnified: Bool {
        if case .unified = layout { true } else { false }
    }

    /// The folders of one server's group, by controller; in version 2 all are the same.
    func folders(of id: String) -> [ControlGroupLayout.Controller: String] {
        switch layout {
        case .unified(let folder):
            Dictionary(
                uniqueKeysWithValues: ControlGroupLayout.Controller.allCases.map { ($0, "\(folder)/\(name)/\(id)") }
            )
        case .separate(let folders): folders.mapValues { "\($0)/\(name)/\(id)" }
        case .none: [:]
        }
    }

    /// Makes a server's group with its limits.
    ///
    /// - Returns: the steps with which the server's process enters it.
    func make(_ id: String, _ limits: ResourceLimits) throws(SystemFailure) -> [LaunchStep] {
        let folders = folders(of: id)
        let distinct = Set(folders.values).sorted()
        if case .unified(let folder) = layout { try openUp(folder) }
        for folder in distinct {
            try Self.makeFolder((folder as NSString).deletingLastPathComponent)
            if case .unified(let top) = layout { try Self.offerControllers("\(top)/\(name)") }
            try Self.makeFolder(folder)
        }
        for setting in ControlGroupSettings.atStart(limits, isUnified: isUnified) {
            guard let folder = folders[setting.controller] else { continue }
            try Self.write(setting, in: folder)
        }
        return distinct.map { .enterGroup(file: "\($0)/cgroup.procs") }
    }

    /// Sets the processor limit of a server that answers now; one without a group, or whose group is gone already, is
    /// left alone.
    func limitProcessors(of id: String, to limit: Double?) throws(SystemFailure) {
        guard let folder = folders(of: id)[.cpu], access(folder, F_OK) == 0 else { return }
        try Self.write(ControlGroupSettings.processors(limit, isUnified: isUnified), in: folder)
    }

    /// What a server uses; nil when it has no group.
    func usage(of id: String) -> ServerUsage? {
        let folders = folders(of: id)
        guard folders.values.contains(where: { access($0, F_OK) == 0 }) else { return nil }
        return ControlGroupReading.usage(isUnified: isUnified) { controller, file in
            guard let folder = folders[controller], let file = try? Descriptor(opening: "\(folder)/\(file)", O_RDONLY)
            else { return nil }
            return String(decoding: file.contents(), as: UTF8.self)
        }
    }

    /// Kills what is in a server's group; what it forks meanwhile too.
    ///
    /// Found by number and held before it is looked at again: the number may be another process's by now.
    func killAll(in id: String) {
        for folder in Set(folders(of: id).values) {
            // Version 2 from Linux 5.14 on does it in one step.
            if (try? Self.write("1", to: "\(folder)/cgroup.kill")) != nil { continue }
            let processes = { Self.lines("\(folder)/cgroup.procs").compactMap { Int32($0) } }
            for pid in processes() {
                guard pid > 0, let process = ProcessHandle(pid: pid), processes().contains(pid) else { continue }
                process.send(SIGKILL)
            }
        }
    }

    /// Removes a server's group; its processes must be dead, and may not have been taken off the table yet.
    func remove(_ id: String, clock: any Clock<Duration>) async throws(SystemFailure) {
        for folder in Set(folders(of: id).values) {
            var looks = 0
            while rmdir(folder) < 0 && errno != ENOENT {
                looks += 1
                guard errno == EBUSY, looks < Self.mostLooks else {
                    throw SystemFailure(call: "rmdir", path: folder, number: errno)
                }
                // Uncancellable: a group that is left would stay for good.
                try? await Task.detached { [clock] in try await clock.sleep(for: .milliseconds(10)) }.value
            }
        }
    }

    /// The ids of all groups there are.
    func ids() -> Set<String> {
        Set(
            Set(folders(of: "-").values).flatMap { folder in
                let parent = (folder as NSString).deletingLastPathComponent
                let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
                return names.filter { access("\(parent)/\($0)/cgroup.procs", F_OK) == 0 }
            }
        )
    }

    /// Removes the hub's own group, if no server's is in it.
    func removeAll() {
        for folder in Set(folders(of: "-").values) { rmdir((folder as NSString).deletingLastPathComponent) }
    }

    // MARK: - Version 2

    /// Makes a group one that may have groups in it: those with controllers may have no processes themselves, so the
    /// hub's move into one beside the servers'.
    private func openUp(_ folder: String) throws(SystemFailure) {
        if (try? Self.offerControllers(folder)) != nil { return }
        let hub = "\(folder)/hub"
        try Self.makeFolder(hub)
        for pid in Self.lines("\(folder)/cgroup.procs") { try? Self.write(pid, to: "\(hub)/cgroup.procs") }
        try Self.offerControllers(folder)
    }

    private static func offerControllers(_ folder: String) throws(SystemFailure) {
        try write("+memory +cpu +pids", to: "\(folder)/cgroup.subtree_control")
    }

    // MARK: - Files

    /// Makes a folder that everybody may look into: a server finds its own group in its sandbox.
    private static func makeFolder(_ path: String) throws(SystemFailure) {
        if mkdir(path, 0o755) < 0, errno != EEXIST { throw SystemFailure(call: "mkdir", path: path, number: errno) }
        try SystemFailure.check("chmod", path) { chmod(path, 0o755) }
    }

    private static func write(_ setting: ControlGroupSettings.Setting, in folder: String) throws(SystemFailure) {
        do {
            try write(setting.text, to: "\(folder)/\(setting.file)")
        } catch  where setting.isOptional {
            return
        }
    }

    private static func write(_ text: String, to path: String) throws(SystemFailure) {
        let file = try Descriptor(opening: path, O_WRONLY)
        try SystemFailure.check("write", path) { text.withCString { Glibc.write(file.number, $0, strlen($0)) } }
    }

    private static func lines(_ path: String) -> [String] {
        guard let file = try? Descriptor(opening: path, O_RDONLY) else { return [] }
        return String(decoding: file.contents(), as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
