/// The `/etc` of a sandbox, put together before bubblewrap begins, which then shows it whole.
///
/// For time: bubblewrap reads the table of mounts anew, and waits for the kernel to write it, for each thing it is told
/// to show. With some thirty things in `/etc` that was half of the time it took.
struct ConfigurationFolder {
    /// Where it is put together: in memory, in the mounts of the server's process.
    let path: String
    /// What is in it: names, and what they show.
    let entries: [String: String]

    /// Says what is in it.
    ///
    /// - Parameters:
    ///   - layer: the throw-away layer's folder.
    ///   - layout: what of the host's is shown.
    ///   - run: has the sandbox's own files, which go before the host's.
    ///   - hasOwnResolver: whether the run has a `resolv.conf`.
    init(layer: String, layout: SystemLayout, run: RunDirectory, hasOwnResolver: Bool) {
        path = "\(layer)/etc"
        var entries: [String: String] = [:]
        for name in layout.configuration { entries[name] = "/etc/\(name)" }
        entries["resolv.conf"] = layout.resolver
        for name in SandboxFiles.names(hasOwnResolver: hasOwnResolver) {
            entries[name] = "\(run.configurationFolder)/\(name)"
        }
        self.entries = entries
    }

    /// What the server's process does to have it, with mounts of its own and the layer mounted.
    var steps: [LaunchStep] {
        [.folder(path, mode: 0o755, owner: Account(uid: 0, gid: 0))]
            + entries.sorted { $0.key < $1.key }.map { .show($0.value, at: "\(path)/\($0.key)") }
    }
}
