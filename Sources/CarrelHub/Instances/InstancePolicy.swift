import CarrelModel
import CarrelSpawn
import CarrelStore

/// What holds for the servers of one instance: its own settings, and the hub's where it says nothing.
struct InstancePolicy: Sendable {
    let instance: InstanceSettings
    let configuration: Configuration

    /// Whether nothing that people make is kept.
    var isEphemeral: Bool { instance.kind == .ephemeral }

    /// The deadlines and times of its servers.
    var limits: ServerLimits {
        let servers = configuration.servers
        return ServerLimits(
            startDeadline: servers.startDeadline,
            stopDeadline: servers.stopDeadline,
            idleLimit: instance.idleLimit ?? (isEphemeral ? InstanceSettings.standardIdleLimit : servers.idleLimit),
            maximumAge: instance.maximumAge
                ?? (isEphemeral ? InstanceSettings.standardMaximumAge : servers.maximumAge),
        )
    }

    /// How much of the machine a server may use.
    ///
    /// A size that isn't offered any more counts as the first.
    func resources(_ options: StartOptions?) -> ResourceLimits {
        let servers = configuration.servers
        let size = instance.sizes.first { $0.name == options?.size } ?? instance.sizes.first
        return ResourceLimits(
            memory: size?.memoryLimit ?? instance.memoryLimit ?? servers.memoryLimit,
            processors: (size?.processorLimit ?? instance.processorLimit ?? servers.processorLimit)?.value,
            processes: instance.processLimit ?? servers.processLimit,
            openFiles: servers.openFilesLimit,
        )
    }

    /// The environments to choose from, never none.
    var environments: [EnvironmentSettings] {
        let offered = instance.environments.compactMap { name in
            configuration.environments.first { $0.name == name }
        }
        return offered.isEmpty ? Array(configuration.environments.prefix(1)) : offered
    }

    /// The environment of a server; one that isn't offered any more counts as the first.
    func environment(_ options: StartOptions?) -> EnvironmentSettings {
        let offered = environments
        return offered.first { $0.name == options?.environment } ?? offered.first
            ?? EnvironmentSettings(name: "default")
    }

    /// Whether there is anything to choose at a start.
    var hasChoice: Bool { environments.count > 1 || instance.sizes.count > 1 }

    /// Checks a choice.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for what isn't offered.
    func check(_ options: StartOptions) throws(HubError) {
        if let name = options.environment, !environments.contains(where: { $0.name == name }) {
            let offered = environments.map(\.name).joined(separator: ", ")
            throw .badRequest("\(instance.title) doesn't offer the environment \(name), but: \(offered).")
        }
        if let name = options.size, !instance.sizes.contains(where: { $0.name == name }) {
            let offered = instance.sizes.isEmpty ? "none" : instance.sizes.map(\.name).joined(separator: ", ")
            throw .badRequest("\(instance.title) doesn't offer the size \(name); sizes: \(offered).")
        }
    }
}

extension OwnedServer {
    /// Where the user works inside: the home, or in one that lasts the folder with a launched repository's files.
    var workingFolder: String {
        let home = "/home/\(owner.name.unixName)"
        guard instance.settings.kind != .ephemeral, let launch = server.options?.launch else { return home }
        return "\(home)/\(launch.folder)"
    }

    /// The home that the server works in.
    var home: HomeID { HomeID(instance: instance.name.text, slug: owner.name.unixName) }
}
