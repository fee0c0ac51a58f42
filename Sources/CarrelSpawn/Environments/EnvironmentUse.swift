import Glibc

/// Which environments the processes of this machine run with.
public enum EnvironmentUse {
    /// Those of some folders that a process names in its command line, itself or a file in it.
    ///
    /// A server's own sandbox does, as long as anything in it runs: bubblewrap stays outside as its parent, where no user
    /// can change what it says.
    public static func folders(among folders: Set<String>) -> Set<String> {
        var found: Set<String> = []
        for pid in ProcessTable.pids {
            guard let file = try? Descriptor(opening: "/proc/\(pid)/cmdline", O_RDONLY) else { continue }
            found.formUnion(named(in: file.contents(), among: folders.subtracting(found)))
        }
        return found
    }

    /// Those that the words of a command line name; each word ends with a zero byte, as in `/proc/PID/cmdline`.
    static func named(in line: [UInt8], among folders: Set<String>) -> Set<String> {
        guard !folders.isEmpty, !line.isEmpty else { return [] }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return folders.filter { folder in words.contains { $0 == folder || $0.hasPrefix(folder + "/") } }
    }
}
