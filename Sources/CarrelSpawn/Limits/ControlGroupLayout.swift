import Glibc

/// How this machine's control groups are mounted: version 2, one tree for all, or version 1, a tree for each controller.
enum ControlGroupLayout: Equatable {
    /// Version 2; `folder` is the group under which ours is made.
    case unified(folder: String)
    /// Version 1; the folders of the controllers under which ours are made.
    case separate([Controller: String])
    /// None that limits anything can be used; `reason` says why, as a sentence.
    case none(reason: String)

    /// What a group can limit.
    enum Controller: String, CaseIterable {
        case memory, cpu, cpuacct, pids
    }

    /// Finds out from `/proc/self/mountinfo` and `/proc/self/cgroup`.
    ///
    /// - Parameters:
    ///   - mounts: the text of the former (`proc_pid_mountinfo(5)`).
    ///   - membership: the text of the latter (`cgroups(7)`): the groups this process is in.
    ///   - controllers: gives the controllers of a version 2 group, the text of its `cgroup.controllers`.
    /// - Returns: where groups can be made, version 2 first.
    static func read(mounts: String, membership: String, controllers: (String) -> String) -> ControlGroupLayout {
        var separate: [Controller: String] = [:]
        var unified: String?
        for line in mounts.split(separator: "\n") {
            let halves = line.split(separator: " - ", maxSplits: 1)
            guard halves.count == 2 else { continue }
            let fields = halves[0].split(separator: " ")
            let kind = halves[1].split(separator: " ")
            guard fields.count >= 5, let type = kind.first else { continue }
            let folder = unescaped(fields[4])
            if type == "cgroup2" && unified == nil { unified = folder }
            if type == "cgroup", let options = kind.last?.split(separator: ",") {
                for controller in Controller.allCases where options.contains(Substring(controller.rawValue)) {
                    separate[controller] = separate[controller] ?? folder
                }
            }
        }
        if let unified {
            let own = group(in: membership)
            // At the top where that can be: below the hub's own group, systemd couldn't start the hub again as long as
            // servers run, because a group with controllers may have no processes itself.
            for folder in own == "/" ? [unified] : [unified, unified + own] {
                let offered = controllers(folder).split(whereSeparator: { $0 == " " || $0 == "\n" })
                if ["memory", "cpu", "pids"].allSatisfy({ offered.contains($0[...]) }) {
                    return .unified(folder: folder)
                }
            }
        }
        if separate[.memory] != nil || separate[.pids] != nil { return .separate(separate) }
        return .none(reason: "This system has no control groups that limit memory and processes.")
    }

    /// Finds out about this machine.
    static func observed() -> ControlGroupLayout {
        read(mounts: text("/proc/self/mountinfo"), membership: text("/proc/self/cgroup")) {
            text($0 + "/cgroup.controllers")
        }
    }

    /// The version 2 group of this process.
    private static func group(in membership: String) -> String {
        let line = membership.split(separator: "\n").first { $0.hasPrefix("0::") }
        return line.map { String($0.dropFirst("0::".count)) } ?? "/"
    }

    /// A path of mountinfo, in which a space is `\040`.
    private static func unescaped(_ path: Substring) -> String {
        path.split(separator: "\\040", omittingEmptySubsequences: false).joined(separator: " ")
    }

    private static func text(_ path: String) -> String {
        guard let file = try? Descriptor(opening: path, O_RDONLY) else { return "" }
        return String(decoding: file.contents(limit: 1 << 20), as: UTF8.self)
    }
}
