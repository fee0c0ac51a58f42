public import CarrelModel
import Foundation
import Glibc

/// Looks whether this machine can run sandboxes, for `carrel doctor`.
public enum SandboxCheck {
    /// The oldest bubblewrap that knows all we ask of it (`--size`, `--perms`, namespace ids in its status).
    static let oldestVersion = BubblewrapVersion(major: 0, minor: 6, patch: 0)

    /// How long the trial's sandbox may take; it takes some 20 ms.
    private static let longestTrial = Duration.seconds(20)

    /// Looks at the programs and the rights, and then builds a real sandbox around `true`.
    ///
    /// - Parameters:
    ///   - options: where the spawner's folders are; the trial uses them and leaves nothing.
    ///   - account: whom a hub that is root would run a server as; any ordinary number will do.
    ///   - environments: the folders of the environments that servers run with.
    /// - Returns: what was found, in the order it matters.
    public static func findings(
        options: SandboxOptions,
        account: Account = Account(uid: 65534, gid: 65534),
        environments: [String] = [],
    ) async -> [Finding] {
        let isRoot = geteuid() == 0
        let install = "apt-get install bubblewrap util-linux"
        guard access(options.bubblewrap, X_OK) == 0 else {
            return [
                Finding(
                    subject: "bubblewrap",
                    grade: .missing,
                    message: "\(options.bubblewrap) isn't there; without it no server can be started.",
                    remedy: install,
                )
            ]
        }
        let scratch = "\(options.runDirectory)/.doctor-\(getpid())"
        defer { try? DirectoryEntry.removeTree(scratch) }
        do {
            try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
        } catch {
            let message = "The run directory \(options.runDirectory) can't be written: \(error.localizedDescription)"
            return [Finding(subject: "run directory", grade: .missing, message: message, remedy: "Make it writable.")]
        }
        var findings = [await version(options, scratch)]
        if isRoot && access(options.setpriv, X_OK) < 0 {
            let message = "\(options.setpriv) isn't there; without it servers can't be given their users."
            findings.append(Finding(subject: "setpriv", grade: .missing, message: message, remedy: install))
        }
        findings.append(user(isRoot: isRoot))
        if !isRoot, let finding = userNamespaces(UserNamespaceSettings.observed()) { findings.append(finding) }
        if !findings.contains(where: { $0.grade == .missing }) {
            findings.append(await trial(options, scratch, account: isRoot ? account : nil))
        }
        let walls = await walls(options)
        let isLayered = walls.contains { $0.subject == "wall layer" && $0.grade == .good }
        return findings + walls
            + (isLayered ? environments.compactMap { EnvironmentFinding.of($0, as: account) } : [])
    }

    // MARK: - One finding each

    private static func version(_ options: SandboxOptions, _ scratch: String) async -> Finding {
        let text = await output(of: options.bubblewrap, ["--version"], by: scratch)
        guard let version = BubblewrapVersion(text) else {
            return Finding(subject: "bubblewrap", grade: .weaker, message: "Its version is unknown: “\(text)”.")
        }
        let isOld = version < oldestVersion
        return Finding(
            subject: "bubblewrap",
            grade: isOld ? .missing : .good,
            message: isOld ? "Version \(version) is too old; \(oldestVersion) is needed." : "Version \(version).",
            remedy: isOld ? "Install a newer bubblewrap." : nil,
        )
    }

    static func user(isRoot: Bool) -> Finding {
        guard !isRoot else {
            return Finding(
                subject: "user",
                grade: .good,
                message: "The hub is root: each server runs as a user of its own."
            )
        }
        return Finding(
            subject: "user",
            grade: .weaker,
            message: """
                The hub is an ordinary user: all servers run under its own user id. They are kept apart by namespaces, \
                but not by file ownership, and limits can't be set.
                """,
            remedy: "Run `carrel serve` as root.",
        )
    }

    static func userNamespaces(_ settings: UserNamespaceSettings) -> Finding? {
        guard let obstacle = settings.obstacle else { return nil }
        return Finding(
            subject: "user namespaces",
            grade: .missing,
            message: "This system forbids them to ordinary users (\(obstacle.setting)), and sandboxes need them.",
            remedy: obstacle.remedy,
        )
    }

    /// A spawner that has nothing in common with the hub's own.
    private static func spawner(_ options: SandboxOptions) throws(SpawnError) -> SandboxSpawner {
        try SandboxSpawner(options: options, mark: String(UInt32.random(in: 0x1000...0xFFFF), radix: 16))
    }

    private static func walls(_ options: SandboxOptions) async -> [Finding] {
        guard let spawner = try? spawner(options) else { return [] }
        let obstacles = await spawner.walls.obstacles
        await spawner.removeShared()
        return WallFinding.all(obstacles: obstacles, leftOut: options.leaveOut)
    }

    private static func trial(_ options: SandboxOptions, _ scratch: String, account: Account?) async -> Finding {
        do {
            try await runTrue(options, scratch, account: account)
            return Finding(
                subject: "sandbox",
                grade: .good,
                message: "A sandbox could be built and a program run in it."
            )
        } catch {
            let remedy = error.code == "spawn.sandboxRefused" ? remedyForRefusal(.observed()) : error.remedy
            return Finding(subject: "sandbox", grade: .missing, message: error.message, remedy: remedy)
        }
    }

    /// What to do when a sandbox can't be built although nothing is missing.
    static func remedyForRefusal(_ settings: UserNamespaceSettings) -> String {
        if settings.restrictedByAppArmor == 1 {
            return "Run the hub as root, or `sysctl kernel.apparmor_restrict_unprivileged_userns=0`."
        }
        return "Give the hub what it lacks: in a container, the rights to make namespaces and mounts (`--privileged`)."
    }

    /// Starts `true` as a server is started, and wants it to end well.
    private static func runTrue(_ options: SandboxOptions, _ scratch: String, account: Account?)
        async throws(SpawnError)
    {
        let id = "doctor-\(getpid())"
        var options = options
        options.logDirectory = scratch
        let spawner = try spawner(options)
        let order = StartOrder(
            id: id,
            unixName: "doctor",
            account: account,
            home: try HomeDirectory.prepare(in: scratch, instance: "homes", slug: "doctor", account: account),
            environment: nil,
            command: ["/usr/bin/true"],
            variables: [:],
            hubDirectory: scratch,
            servicePrefix: "/",
        )
        let server = try await spawner.start(order) { _ in }
        let exit = try? await spawner.within(longestTrial) { try await spawner.waitForExit(server) }
        try await spawner.stop(id: id, grace: .zero)
        await spawner.removeShared()
        guard let exit else { throw .silent(id, after: longestTrial) }
        if exit.code == nil { throw .sandboxRefused(id, reason: exit.log.last ?? "it said nothing") }
        if exit.code != 0 { throw .ended(id, code: exit.code, log: exit.log.joined(separator: "\n")) }
    }

    /// What a short program prints; nothing when it can't be run.
    private static func output(of path: String, _ arguments: [String], by scratch: String) async -> String {
        guard let reactor = try? Reactor(),
            let output = try? Descriptor(opening: "\(scratch)/output", O_RDWR | O_CREAT | O_TRUNC),
            let nothing = try? Descriptor(opening: "/dev/null", O_RDWR),
            let pid = try? DetachedProgram(path: path, arguments: arguments)
                .start(descriptors: [nothing.number, output.number, nothing.number])
        else { return "" }
        if let process = ProcessHandle(pid: pid) { await reactor.readableEvenIfCancelled(process.descriptor) }
        return String(decoding: output.contents(limit: 4096), as: UTF8.self).trimmingCharacters(
            in: .whitespacesAndNewlines
        )
    }
}
