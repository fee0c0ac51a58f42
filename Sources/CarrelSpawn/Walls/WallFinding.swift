import CarrelModel

/// What `carrel doctor` says of each wall.
enum WallFinding {
    /// One finding for each wall, in their order.
    ///
    /// - Parameters:
    ///   - obstacles: walls that this machine can't put up, with the reason as a sentence.
    ///   - leftOut: walls that the configuration leaves out.
    /// - Returns: what stands, and what follows of what doesn't.
    static func all(obstacles: [Wall: String], leftOut: Set<Wall>) -> [Finding] {
        Wall.allCases.map { wall in
            let subject = "wall \(wall.rawValue)"
            if leftOut.contains(wall) {
                return Finding(
                    subject: subject,
                    grade: .weaker,
                    message: "It is left out by the configuration: \(loss(of: wall))",
                    remedy: "Take it out of sandbox.leaveOut in carrel.yaml.",
                )
            }
            guard let reason = obstacles[wall] else {
                return Finding(subject: subject, grade: .good, message: gain(of: wall))
            }
            return Finding(
                subject: subject,
                grade: .weaker,
                message: "\(reason) So \(loss(of: wall))",
                remedy: remedy(for: wall),
            )
        }
    }

    private static func gain(of wall: Wall) -> String {
        switch wall {
        case .users: "Each user's servers run under a user id of their own."
        case .limits: "Memory, processor time and processes of servers can be limited."
        case .network: "Each server can have a network of its own."
        case .layer: "Servers can change their software until they stop."
        case .syscalls: "What servers may ask of the kernel is filtered."
        }
    }

    /// What follows without it, as the end of a sentence.
    private static func loss(of wall: Wall) -> String {
        switch wall {
        case .users: "all servers run under one user id."
        case .limits: "one server can take all memory and all processes of this machine."
        case .network: "servers share this machine's network, and reach what listens on its loopback addresses."
        case .layer: "the environment and the system are read-only in servers: `pip install` doesn't work there."
        case .syscalls: "servers can ask the kernel for everything that their user may."
        }
    }

    private static func remedy(for wall: Wall) -> String {
        switch wall {
        case .users: "Run `carrel serve` as root."
        case .limits: "Run the hub as root where it can write to /sys/fs/cgroup; for systemd, with `Delegate=yes`."
        case .network: "Run the hub as root with CAP_NET_ADMIN, and `apt-get install iproute2 nftables`."
        case .layer: "Run the hub as root on Linux 5.19 or newer; in a container, with CAP_SYS_ADMIN (`--privileged`)."
        case .syscalls: "Use a kernel with CONFIG_SECCOMP_FILTER."
        }
    }
}
