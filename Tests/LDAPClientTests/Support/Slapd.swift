import CarrelTestSupport
import Foundation
import LDAPClient
import Testing

/// OpenLDAP's server, in a folder of its own; it ends with the test's process, whatever becomes of that.
actor Slapd {
    private nonisolated let port: ReservedPort
    private nonisolated let securePort: ReservedPort
    private let folder: String
    private let isSecure: Bool
    private var running: (process: Process, life: Pipe, end: AsyncStream<Void>)?

    /// Fills the directory; the server is not started yet.
    init(in folder: String, certificates: Certificates?, limits: String, extra entries: String) async throws {
        self.folder = folder
        port = try ReservedPort()
        securePort = try ReservedPort()
        isSecure = certificates != nil
        try FileManager.default.createDirectory(atPath: "\(folder)/db", withIntermediateDirectories: true)
        let configuration = SlapdContent.configuration(in: folder) + (certificates?.configuration ?? "")
        let whole = configuration + SlapdContent.database(in: folder) + limits
        try Data(whole.utf8).write(to: URL(filePath: "\(folder)/slapd.conf"))
        try Data((SlapdContent.entries + entries).utf8).write(to: URL(filePath: "\(folder)/entries.ldif"))
        try await run("/usr/sbin/slapadd", "-f", "\(folder)/slapd.conf", "-l", "\(folder)/entries.ldif")
    }

    nonisolated var address: String { "ldap://127.0.0.1:\(port.number)" }
    nonisolated var secureAddress: String { "ldaps://127.0.0.1:\(securePort.number)" }

    /// Starts it, and waits until it listens.
    func start() async throws {
        let process = Process()
        let life = Pipe()
        let addresses = isSecure ? "\(address) \(secureAddress)" : address
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = [
            "-c", "/usr/sbin/slapd -d 0 -h \"$1\" -f \"$2\" & cat; kill -KILL $!; wait", "sh", addresses,
            "\(folder)/slapd.conf",
        ]
        process.standardInput = life
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (end, ended) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.finish() }
        try process.run()
        running = (process, life, end)
        let directory = LDAPDirectory(settings(bindName: nil), threads: 1)
        try await eventually("slapd answers") { (try? await directory.check()) != nil }
    }

    /// Kills it, and waits until it is gone.
    func stop() async throws {
        guard let (_, life, end) = running else { return }
        running = nil
        try life.fileHandleForWriting.close()
        for await _ in end {}
    }

    /// Settings with which everything can be found, but for what a test changes.
    nonisolated func settings(bindName: String? = SlapdContent.serviceName) -> LDAPSettings {
        LDAPSettings(
            servers: [address],
            bindName: bindName,
            bindPassword: bindName.map { _ in SlapdContent.servicePassword },
            nameTemplate: bindName == nil ? "uid={name},ou=people,dc=example,dc=org" : nil,
            base: "dc=example,dc=org",
            attributes: ["mail", "CN"],
            groupBase: "ou=groups,dc=example,dc=org",
            groupFilter: "(member={dn})",
            // No healthy run comes near it.
            deadline: .seconds(60),
        )
    }
}

/// Runs a server for the body, and ends it.
func withSlapd(
    _ kind: Certificates.Kind? = nil,
    limits: String = "",
    extra entries: String = "",
    _ body: (Slapd, Certificates?) async throws -> Void,
) async throws {
    try await withFolder { folder in
        var certificates: Certificates?
        if let kind { certificates = try await Certificates(in: folder, for: kind) }
        let slapd = try await Slapd(in: folder, certificates: certificates, limits: limits, extra: entries)
        do {
            try await slapd.start()
            try await body(slapd, certificates)
        } catch {
            try await slapd.stop()
            throw error
        }
        try await slapd.stop()
    }
}

func withSlapd(
    limits: String = "",
    extra entries: String = "",
    _ body: (Slapd) async throws -> Void,
) async throws {
    try await withSlapd(nil, limits: limits, extra: entries) { slapd, _ in try await body(slapd) }
}

/// Waits until something is so; gives up, and says so, when it isn't within a time that no healthy run comes near.
func eventually(_ what: String, within limit: Duration = .seconds(120), _ isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + limit
    while try await !isSo() {
        try #require(.now < end, "It never came to be that \(what).")
        try await Task.sleep(for: .milliseconds(5))
    }
}
