/// What was put up for one start.
struct RaisedWalls {
    /// What the server's process does before it becomes bubblewrap.
    var steps: [LaunchStep] = []
    /// Those of the steps that enter the server's control group: for what else works for it.
    var groupSteps: [LaunchStep] = []
    /// Whether the sandbox gets the terminals that a step mounts, instead of bubblewrap's.
    var hasOwnTerminals = false
    /// What the sandbox shows of it: the writable layer, and the server's own control group.
    var bindings: [FolderBinding] = []
    /// The folders of the order, with where they are to be found.
    var folders: [FolderBinding] = []
    /// Whether there is a throw-away layer.
    var isLayered = false
    /// The layer's folder for the server's XDG_RUNTIME_DIR; nil to use the run's.
    var runtime: String?
    /// Where the sandbox's `/etc` is put together, which takes the layer; nil to leave that to bubblewrap.
    var configurationFolder: String?
    /// The program of the filter of system calls.
    var filter: Descriptor?
    /// The limits that hold, as environment variables of JupyterHub's names (`MEM_LIMIT` in bytes, `CPU_LIMIT` in
    /// processors).
    var variables: [String: String] = [:]
    /// The text of the sandbox's own `resolv.conf`; nil to show the host's.
    var resolver: String?
}
