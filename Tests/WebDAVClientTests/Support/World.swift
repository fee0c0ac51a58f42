import Foundation
import NIOCore
import Synchronization

@testable import WebDAVClient

/// What a client needs of the world, in tests: connections, and pauses that are only noted.
struct World: Sendable {
    let connections: WebDAVConnections
    private let notes = Notes()

    private final class Notes: Sendable {
        let pauses = Mutex<[Duration]>([])
    }

    /// With deadlines that no healthy run comes near.
    static let limits = WebDAVLimits(answer: .seconds(120), work: .seconds(120))

    /// How long it was waited before something was tried again.
    var pauses: [Duration] { notes.pauses.withLock { $0 } }

    func remote(
        _ address: String,
        _ credential: WebDAVCredential? = nil,
        _ limits: WebDAVLimits = World.limits,
    ) throws -> WebDAVRemote {
        let surroundings = WebDAVSurroundings(
            pause: { [notes] pause in notes.pauses.withLock { $0.append(pause) } },
            now: { Date(timeIntervalSince1970: 784_111_777) },
            luck: { 1 }
        )
        let settings = try WebDAVSettings(address: address, credential: credential, limits: limits)
        return WebDAVRemote(settings, connections: connections, surroundings: surroundings)
    }
}

/// Gives a test connections, and closes them.
func withWorld(
    idle: Duration = .seconds(120),
    authorities: [String] = [],
    _ body: (World) async throws -> Void,
) async throws {
    let world = World(connections: WebDAVConnections(idle: idle, authorities: authorities))
    let outcome: Result<Void, any Error>
    do {
        outcome = .success(try await body(world))
    } catch {
        outcome = .failure(error)
    }
    try await world.connections.shutdown()
    try outcome.get()
}
