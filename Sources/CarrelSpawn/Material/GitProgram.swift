import CarrelModel
import Glibc

/// Calls `git` as an account without rights: over the web only, with nothing of the machine's or a user's configuration.
struct GitProgram {
    /// As whom it runs; nil for the hub's own user.
    let account: Account?

    private static let git = "/usr/bin/git"
    private static let settings = [
        "protocol.allow=never", "protocol.https.allow=always", "protocol.http.allow=always", "core.hooksPath=/dev/null",
        "core.symlinks=false", "core.askPass=/bin/true", "credential.helper=", "gc.auto=0", "core.fsmonitor=false",
        "http.lowSpeedLimit=1000", "http.lowSpeedTime=20",
    ]

    /// The newest version of a repository, 40 hexadecimal digits or more.
    func newest(of address: WebAddress, branch: String?, within limit: Duration) async throws(ProgramFailure) -> String
    {
        let name = branch.map { "refs/heads/\($0)" } ?? "HEAD"
        let text = try await run(["ls-remote", "--exit-code", "--", address.text, name], within: limit)
        let version = text.prefix { $0.isHexDigit }
        guard (40...64).contains(version.count) else {
            throw .failed(program: "git", code: 0, said: "it named no version of \(name)")
        }
        return String(version)
    }

    /// Clones the newest version of a repository, and puts its files into the folder.
    ///
    /// - Returns: which version it is.
    func clone(
        _ address: WebAddress,
        branch: String?,
        to folder: String,
        within limit: Duration,
    ) async throws(ProgramFailure) -> String {
        let common =
            ["--quiet", "--no-checkout", "--no-tags", "--single-branch"] + (branch.map { ["--branch", $0] } ?? [])
        do {
            try await run(["clone", "--depth", "1"] + common + ["--", address.text, folder], within: limit)
        } catch .failed {
            // Servers that only offer files know of no depth.
            try await run(["clone"] + common + ["--", address.text, folder], within: limit)
        }
        let list = try await run(["-C", folder, "ls-tree", "-r", "-l", "HEAD"], within: limit)
        var (bytes, count): (Int64, Int) = (0, 0)
        for line in list.split(separator: "\n") {
            let words = line.split(separator: "\t", maxSplits: 1)[0].split(separator: " ")
            bytes += words.count > 3 ? Int64(words[3]) ?? 0 : 0
            count += 1
        }
        guard bytes <= MaterialCache.mostBytes, count <= MaterialDelivery.mostFiles else {
            throw .failed(program: "git", code: 0, said: "it has \(count) files with \(bytes) bytes, which is too much")
        }
        try await run(["-C", folder, "checkout", "--quiet", "HEAD", "--", "."], within: limit)
        let version = try await run(["-C", folder, "rev-parse", "HEAD"], within: limit)
        return String(version.prefix { $0.isHexDigit })
    }

    @discardableResult
    private func run(_ words: [String], within limit: Duration) async throws(ProgramFailure) -> String {
        let command =
            ["/usr/bin/prlimit", "--fsize=\(MaterialCache.mostBytes)", "--core=0", "--", "/usr/bin/env"]
            + ["GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "HOME=/nonexistent"]
            + ["/bin/sh", "-c", "umask 022; exec \"$@\"", "git", Self.git]
            + Self.settings.flatMap { ["-c", $0] } + words
        guard let account, geteuid() == 0 else {
            return try await ProgramRun.output(of: command[0], Array(command.dropFirst()), within: limit)
        }
        let become = [
            "--reuid", "\(account.uid)", "--regid", "\(account.gid)", "--clear-groups", "--inh-caps=-all",
            "--no-new-privs", "--",
        ]
        return try await ProgramRun.output(of: "/usr/bin/setpriv", become + command, within: limit)
    }
}
