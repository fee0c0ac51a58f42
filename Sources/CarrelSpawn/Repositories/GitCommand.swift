import CarrelModel
import Glibc

/// How `git` is called for a repository that anybody named: over the web only, as an account without rights, with nothing
/// of the machine's or a user's configuration.
struct GitCommand {
    /// As whom it runs; nil for the hub's own user.
    let account: Account?
    /// How large the files may be that it makes, in bytes.
    let mostBytes: Int64
    /// Further settings, such as `http.followRedirects=false`.
    var settings: [String] = []
    /// Further limits, as `prlimit` takes them.
    var limits: [String] = []

    private static let git = "/usr/bin/git"
    private static let settings = [
        "protocol.allow=never", "protocol.https.allow=always", "protocol.http.allow=always", "core.hooksPath=/dev/null",
        "core.symlinks=false", "core.askPass=/bin/true", "credential.helper=", "gc.auto=0", "core.fsmonitor=false",
        "http.lowSpeedLimit=1000", "http.lowSpeedTime=20",
    ]

    /// The program to run, and what follows its name.
    func program(_ words: [String]) -> (path: String, arguments: [String]) {
        let command =
            ["/usr/bin/prlimit", "--fsize=\(mostBytes)", "--core=0"] + limits + ["--", "/usr/bin/env"]
            + ["GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "HOME=/nonexistent"]
            + ["/bin/sh", "-c", "umask 022; exec \"$@\"", "git", Self.git]
            + (Self.settings + settings).flatMap { ["-c", $0] } + words
        guard let account, geteuid() == 0 else { return (command[0], Array(command.dropFirst())) }
        let become = [
            "--reuid", "\(account.uid)", "--regid", "\(account.gid)", "--clear-groups", "--inh-caps=-all",
            "--no-new-privs", "--",
        ]
        return ("/usr/bin/setpriv", become + command)
    }
}
