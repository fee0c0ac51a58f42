import CarrelModel
import CarrelStore
import Logging

/// What follows the end of a server: where nothing is kept its home goes, and a visitor who has left goes too.
struct ServerEnds: Sendable {
    let runs: RunBook
    let homes: EphemeralHomes
    let visitors: VisitorKeeper
    let logger: Logger

    /// To be called when nothing of a server runs any more, before it is noted to be at rest: then its home is gone.
    func before(_ owned: OwnedServer) async {
        runs.ended(owned)
        await homes.end(owned)
    }

    /// To be called when it is noted.
    func after(_ owned: OwnedServer) async {
        do {
            try await visitors.look(at: owned.owner)
        } catch {
            logger.warning("visitor.notRemoved", metadata: ["user": "\(owned.owner.name)", "error": "\(error)"])
        }
    }
}

extension StartLine.Room {
    /// The room that a server needs a place in; nil when its instance has as much as the machine.
    init?(_ owned: OwnedServer) {
        guard let capacity = owned.instance.settings.capacity else { return nil }
        self.init(id: owned.server.instanceId, capacity: capacity)
    }

    /// The room of an instance; nil when it has as much as the machine.
    init?(_ instance: InstanceRecord) {
        guard let capacity = instance.settings.capacity, let id = instance.id else { return nil }
        self.init(id: id, capacity: capacity)
    }
}
