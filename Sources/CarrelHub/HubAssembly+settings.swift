import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

// What the hub's parts take from the configuration.

extension FrontDoor.Outside {
    init(_ configuration: Configuration) {
        self.init(
            trustedProxies: configuration.proxy.trustedProxies.compactMap { AddressRange($0.description) },
            isSecure: configuration.hub.publicURL?.isSecure ?? false,
        )
    }
}

extension HubAssembly {
    /// Where browsers find the hub, without a slash at its end: its public address, else what they called it.
    static func origin(_ configuration: LiveConfiguration) -> @Sendable (ClientConnection) -> String {
        { client in
            configuration.current.hub.publicURL?.description
                ?? "\(client.isSecure ? "https" : "http")://\(client.host)"
        }
    }
}

extension VisitorStore.Limits {
    init(_ settings: AccountSettings) {
        self.init(inAll: settings.mostVisitors, near: settings.mostVisitorsPerAddress)
    }
}

extension ServerLimits {
    init(_ owned: OwnedServer, _ configuration: Configuration) {
        self = InstancePolicy(instance: owned.instance.settings, configuration: configuration).limits
    }
}

extension ServerLaunch.Settings {
    init(_ configuration: Configuration, of owned: OwnedServer, state: StateDirectory) {
        let policy = InstancePolicy(instance: owned.instance.settings, configuration: configuration)
        var environment = policy.environment(owned.server.options)
        if let launch = owned.server.options?.launch {
            environment.path = "\(state.builds)/\(launch.build)"
            environment.variables.merge(launch.variables) { _, ours in ours }
            environment.variables["CARREL_CONTENT"] = "\(environment.path)/content"
        }
        let range = configuration.sandbox.uidRange
        let folder = URL(filePath: environment.path).resolvingSymlinksInPath().path(percentEncoded: false)
        self.init(
            environment: folder,
            notBuilt: EnvironmentFolder(path: folder).isBuilt ? nil : environment.name,
            startScript: ServerCommand.startScript(environment: folder),
            hubDirectory: state.hubDirectory,
            variables: environment.variables,
            defaultURL: configuration.servers.defaultURL,
            publicURL: configuration.hub.publicURL?.description,
            uids: geteuid() == 0 ? range.first...range.last : nil,
            readOnlyPaths: configuration.sandbox.readOnlyPaths,
            portals: configuration.portalData,
            limits: policy.resources(owned.server.options),
            hasOwnUsers: !configuration.sandbox.leaveOut.contains(.users),
        )
    }
}

extension CommonFolderDesk.Settings {
    init(_ configuration: Configuration) {
        let range = configuration.sandbox.gidRange
        self.init(
            shared: configuration.sharedFolders,
            projectQuota: configuration.storage.projectQuota,
            gids: geteuid() == 0 ? range.first...range.last : nil,
        )
    }
}

extension SignInThrottle {
    init(_ settings: AccountSettings) {
        self.init()
        pair.freeFailures = settings.failuresBeforeDelay
        pair.longestWait = settings.longestDelay
        pair.halfLife = max(pair.halfLife, settings.longestDelay * 2)
    }
}
