import CarrelSpawn
import Foundation
import Glibc
import Testing

/// The environment that `make environment` builds; without it there is no real server to try.
private let environment: String? = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized.path
    guard let pointer = realpath("\(root)/var/environments/default", nil) else { return nil }
    defer { free(pointer) }
    return String(cString: pointer)
}()

@Suite(.enabled(if: environment != nil && access("/usr/bin/bwrap", X_OK) == 0), .timeLimit(.minutes(5)))
struct `The stock single-user server` {
    @Test func `runs a kernel in the sandbox and ends when it is asked to`() async throws {
        try await withSandbox { sandbox in
            try await withAnsweringHub(sandbox) {
                let server = try await sandbox.ready(try sandbox.orderForRealServer(environment ?? ""))
                let made = try sandbox.ask("POST", "/user/alice/api/kernels", body: #"{"name":"python3"}"#, of: server)
                #expect(made.contains("201 Created"))

                async let exit = sandbox.spawner.waitForExit(server)
                try await sandbox.spawner.stop(id: "a", grace: .seconds(60))

                #expect(try await exit.code == 0)
                #expect(sandbox.processes().isEmpty)
                let log = await sandbox.spawner.recentLog(id: "a", lines: 50).joined()
                #expect(!log.contains("sesame"))
            }
        }
    }
}

/// Gives the sandbox's servers a hub that answers.
private func withAnsweringHub(_ sandbox: SandboxFixture, _ body: () async throws -> Void) async throws {
    let hub = Process()
    hub.executableURL = URL(filePath: "/usr/bin/python3")
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "answering_hub.py").path
    hub.arguments = [script, "\(sandbox.folder)/hub/hub.sock"]
    let output = Pipe()
    hub.standardOutput = output
    try hub.run()
    defer {
        kill(hub.processIdentifier, SIGKILL)
        hub.waitUntilExit()
    }
    _ = output.fileHandleForReading.availableData
    try await body()
}

extension SandboxFixture {
    fileprivate func orderForRealServer(_ environment: String) throws -> StartOrder {
        var order = try order()
        let hub = "http+unix://%2Frun%2Fcarrel%2Fhub%2Fhub.sock/hub/api"
        order.environment = environment
        order.servicePrefix = "/user/alice/"
        order.command = [
            "\(environment)/bin/python", "\(environment)/bin/carrel-server",
            "--ServerApp.sock=\(StartOrder.socketInside)", "--KernelManager.transport=ipc",
        ]
        order.variables = [
            "JUPYTERHUB_API_TOKEN": "sesame",
            "JUPYTERHUB_API_URL": hub,
            "JUPYTERHUB_ACTIVITY_URL": "\(hub)/users/alice/activity",
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-alice",
            "JUPYTERHUB_HOST": "",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": #"["access:servers!server=alice/"]"#,
            "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/alice/oauth_callback",
            "JUPYTERHUB_SERVER_NAME": "",
            "JUPYTERHUB_SERVICE_PREFIX": "/user/alice/",
            "JUPYTERHUB_SERVICE_URL": "http+unix://%2Frun%2Fcarrel%2Fserver%2Fserver.sock/user/alice/",
            "JUPYTERHUB_USER": "alice",
        ]
        return order
    }
}
