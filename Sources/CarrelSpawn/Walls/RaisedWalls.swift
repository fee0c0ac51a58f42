/// What was put up for one start.
struct RaisedWalls {
    /// What the server's process does before it becomes bubblewrap.
    var steps: [LaunchStep] = []
    /// What the sandbox shows of it: the writable layer, and the server's own control group.
    var bindings: [FolderBinding] = []
    /// The program of the filter of system calls.
    var filter: Descriptor?
    /// The limits that hold, as environment variables of JupyterHub's names (`MEM_LIMIT` in bytes, `CPU_LIMIT` in
    /// processors).
    var variables: [String: String] = [:]
    /// The text of the sandbox's own `resolv.conf`; nil to show the host's.
    var resolver: String?
}
