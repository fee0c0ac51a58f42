public import CarrelAuth
import CarrelModel
import Foundation

/// The one directory in which Carrel keeps everything: who is who in it.
public struct StateDirectory: Sendable {
    /// Its absolute path.
    public let path: String

    /// Names a state directory.
    public init(path: String) {
        self.path = path
    }

    /// The database.
    public var database: String { path + "/carrel.db" }
    /// The image of the homes, if the configuration asks for one.
    public var homesImage: String { path + "/homes.img" }
    /// Archives of users' files.
    public var takeouts: String { path + "/takeouts" }
    /// Logs of the proxy and of servers.
    public var logs: String { path + "/logs" }
    /// Logs of servers.
    public var serverLogs: String { logs + "/servers" }
    /// What was fetched of the material of instances, and put into which home.
    public var material: String { path + "/material" }
    /// Environments of repositories, each in a folder of its own.
    public var builds: String { path + "/builds" }
    /// What was fetched of the catalogues of instances.
    public var catalogues: String { path + "/catalogues" }
    /// Sockets and what is known of running processes.
    public var run: String { path + "/run" }
    /// A run directory for each server.
    public var serverRun: String { run + "/servers" }
    /// The folder that every server sees; holds the hub's socket for servers and nothing else.
    public var hubDirectory: String { run + "/hub" }
    /// The hub's socket for servers.
    public var serverSocket: String { hubDirectory + "/" + HubSocket.fileName }
    /// The hub's socket for the proxy.
    public var frontSocket: String { run + "/front.sock" }
    /// The proxy's control socket.
    public var proxyControl: String { run + "/proxy.sock" }
    /// The arguments of the running proxy.
    public var proxyArguments: String { run + "/proxy.arguments" }
    /// The data gateway's socket for the proxy.
    public var gatewaySocket: String { run + "/gateway.sock" }
    /// The data gateway's socket for mounts, which run as their users.
    public var gatewayMounts: String { gatewayRun + "/dav.sock" }
    /// The folder of that socket.
    var gatewayRun: String { run + "/gateway" }
    /// A folder for each user whose servers show data sources.
    public var mounts: String { path + "/mounts" }
    /// The data gateway's socket for the hub.
    public var gatewayControl: String { run + "/gateway-control.sock" }
    /// The hub's socket for the data gateway.
    public var gatewayHub: String { run + "/gateway-hub.sock" }
    /// The arguments of the running data gateway.
    public var gatewayArguments: String { run + "/gateway.arguments" }
    /// The folder of the certificates that servers trust besides the system's.
    var trust: String { run + "/trust" }
    /// Held locked by the hub as long as it runs; holds its process id.
    public var lock: String { run + "/hub.lock" }

    /// Makes the folders.
    ///
    /// - Throws: ``HubError/stateUnusable(path:reason:)``.
    public func prepare() throws {
        // Servers of other users pass through to their environment and socket, so the upper folders can be entered, not read.
        for (folder, mode) in [(path, 0o711), (run, 0o711), (gatewayRun, 0o711), (hubDirectory, 0o755)] {
            try make(folder, mode: mode)
        }
        for folder in [logs, serverLogs, serverRun, secrets, takeouts, mounts] { try make(folder, mode: 0o700) }
    }

    /// The key with which the hub signs what it gives to browsers; made at first use.
    func hubKey() throws -> HubKey {
        var random = SystemRandomNumberGenerator()
        let bytes = try secret("hub.key") { HubKey.newBytes(using: &random) }
        guard let key = HubKey(bytes: bytes) else {
            throw HubError.stateUnusable(path: secrets + "/hub.key", reason: "it is shorter than 32 bytes")
        }
        return key
    }

    /// What the hub shows to the proxy's control socket; made at first use.
    func proxyToken() throws -> Secret {
        var random = SystemRandomNumberGenerator()
        let bytes = try secret("proxy.token") { Data(Secret.generate(.session, using: &random).reveal().utf8) }
        guard let token = Secret(presented: String(decoding: bytes, as: UTF8.self)) else {
            throw HubError.stateUnusable(path: secrets + "/proxy.token", reason: "it isn't a token")
        }
        return token
    }

    /// The key with which the hub signs records of what it deleted; made at first use.
    public func recordKey() throws -> RecordKey {
        guard let key = RecordKey(bytes: try secret("record.key") { RecordKey.newBytes() }) else {
            throw HubError.stateUnusable(path: secrets + "/record.key", reason: "it isn't a key")
        }
        return key
    }

    // MARK: Secrets

    private var secrets: String { path + "/secrets" }

    private func secret(_ name: String, make: () -> Data) throws -> Data {
        let file = secrets + "/" + name
        if let known = FileManager.default.contents(atPath: file), !known.isEmpty { return known }
        let fresh = make()
        let draft = file + ".new"
        guard
            FileManager.default.createFile(atPath: draft, contents: fresh, attributes: [.posixPermissions: 0o600]),
            rename(draft, file) == 0
        else { throw HubError.stateUnusable(path: file, reason: String(cString: strerror(errno))) }
        return fresh
    }

    private func make(_ folder: String, mode: Int) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: folder)
        } catch {
            throw HubError.stateUnusable(path: folder, reason: error.localizedDescription)
        }
    }
}
