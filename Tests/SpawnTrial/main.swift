// Starts one server as a hub would, and can be killed in the middle of it: a hub small enough for tests.
//
// With the argument `groups` a debug build tries control groups instead, see `GroupTrial`; with `network` the rules of the servers'
// network, see `NetworkTrial`. Else it reads a `Trial` as JSON from standard input, writes what came of it as one line.
import CarrelModel
import CarrelSpawn
import Foundation
import Glibc

/// What to try.
struct Trial: Codable {
    var runDirectory: String
    var logDirectory: String
    var id: String
    var uid: UInt32?
    var environment: String?
    var home: String
    var prefix: String?
    var hubDirectory: String
    var folder: String
    var command: [String]
    var variables: [String: String]
    /// The step at which this process kills itself: `preparing`, `enteringSandbox`, `running`; nil to go on to the end.
    var dieAt: String?
    /// Whether to look for the server instead, and stop it when it is there.
    var finds: Bool?
    /// Whether to stop the server again once it answers.
    var stops: Bool
    /// How often to start and stop it, to say how many milliseconds each start took until the server answered.
    var times: Int?
    /// Walls to leave out.
    var leaveOut: [Wall]?
}

// They look behind what is public, which a release doesn't let them.
#if DEBUG
    if CommandLine.arguments.dropFirst() == ["groups"] {
        try await GroupTrial.run()
        exit(0)
    }
    if CommandLine.arguments.dropFirst() == ["network"] {
        try await NetworkTrial.run()
        exit(0)
    }
#endif
let trial = try JSONDecoder().decode(Trial.self, from: FileHandle.standardInput.readDataToEndOfFile())
let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
let spawner = try SandboxSpawner(
    options: SandboxOptions(
        runDirectory: trial.runDirectory,
        logDirectory: trial.logDirectory,
        logKeeper: URL(filePath: own).deletingLastPathComponent().appending(path: "carrel-log").path,
        leaveOut: Set(trial.leaveOut ?? []),
    )
)
let order = StartOrder(
    id: trial.id,
    unixName: "tester",
    account: trial.uid.map { Account(uid: $0, gid: $0) },
    home: trial.home,
    environment: trial.environment,
    command: trial.command,
    variables: trial.variables,
    hubDirectory: trial.hubDirectory,
    servicePrefix: trial.prefix ?? "/user/tester/",
    folders: [FolderBinding(host: trial.folder, inside: "/opt/trial", access: .readOnly)],
)
if let times = trial.times {
    do {
        for _ in 0..<times {
            let begun = ContinuousClock.now
            let server = try await spawner.start(order) { _ in }
            try await spawner.waitUntilReady(server, within: .seconds(90))
            print((ContinuousClock.now - begun) / .milliseconds(1))
            try await spawner.stop(id: trial.id, grace: .seconds(5))
        }
    } catch {
        print("failed \(error.code): \(error.message)")
    }
    await spawner.close()
    exit(0)
}
if trial.finds == true {
    guard let server = await spawner.find(id: trial.id) else {
        print("none")
        exit(0)
    }
    do {
        try await spawner.waitUntilReady(server, within: .seconds(90))
        try await spawner.stop(id: trial.id, grace: .zero)
        print("found")
    } catch {
        print("found but \(error.code): \(error.message) \(error)")
    }
    exit(0)
}
do {
    let server = try await spawner.start(order) { step in
        if "\(step)" == trial.dieAt { kill(getpid(), SIGKILL) }
    }
    try await spawner.waitUntilReady(server, within: .seconds(90))
    if trial.stops { try await spawner.stop(id: trial.id, grace: .seconds(5)) }
    print("ready \(server.state.handle ?? "?")")
} catch {
    print("failed \(error.code): \(error.message) \(error)")
}
