import CarrelModel
import CarrelSpawn
import Foundation
import Synchronization

/// Homes into which files are put only in memory; tests say what goes wrong.
final class FakeDelivery: HomeDelivery {
    /// Where a file was put.
    struct Placed: Equatable, Sendable {
        let path: String
        let home: HomeID
    }

    private struct State {
        var placed: [Placed] = []
        var failure: HomeDeliveryError?
    }

    private let state = Mutex(State())

    /// Everything that was put somewhere, in order.
    var placed: [Placed] { state.withLock { $0.placed } }

    /// Makes everything fail from now on; nil: no more.
    func fail(_ failure: HomeDeliveryError?) { state.withLock { $0.failure = failure } }

    func place(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> String {
        let name = try await freeName(name, in: folder, of: home)
        state.withLock { $0.placed.append(Placed(path: "\(folder)/\(name)", home: home)) }
        return name
    }

    func placeNew(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> Bool {
        guard try await freeName(name, in: folder, of: home) == name else { return false }
        state.withLock { $0.placed.append(Placed(path: "\(folder)/\(name)", home: home)) }
        return true
    }

    func freeName(_ name: String, in folder: String, of home: HomeID) async throws(HomeDeliveryError) -> String {
        if let failure = state.withLock({ $0.failure }) { throw failure }
        let isTaken = placed.contains(Placed(path: "\(folder)/\(name)", home: home))
        return isTaken ? "other \(name)" : name
    }
}
