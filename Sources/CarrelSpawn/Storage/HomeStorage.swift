public import CarrelModel
public import Foundation

/// Keeps homes: makes them, holds them to their quota, and takes restore points of them.
///
/// Everything is looked up on the disk, so a new hub needs nothing from the one before.
public protocol HomeStorage: Sendable {
    /// How far a quota is a wall here.
    var quotaStrength: QuotaStrength { get }

    /// Makes sure a home is there, belongs to its user, is closed to others, and has its quota.
    ///
    /// - Parameters:
    ///   - home: which.
    ///   - owner: whom it is for; nil for the hub's own user.
    ///   - quota: how much it may hold; nil for as much as there is room.
    /// - Returns: its absolute path.
    /// - Throws: ``SpawnError/homeOfAnother(path:owner:)``, ``SpawnError/cannotPrepareHome(path:reason:)``, or, where
    ///   quotas are only counted, ``SpawnError/homeFull(used:quota:)``.
    func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String

    /// Changes the quota of a home at once, also while a server uses it; one that isn't there yet is left.
    func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError)

    /// What all homes hold.
    func usages() async throws(SpawnError) -> [HomeID: HomeUsage]

    /// The homes that are there of an instance.
    func homes(in instance: String) async -> [HomeID]

    /// The folder of this host with a home's restore points, each a folder in it; nil where there are none.
    func restorePointFolder(of home: HomeID) -> String?

    /// The restore points of a home, newest first; none where there can't be any.
    func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint]

    /// Takes one, unless nothing has changed since the latest.
    ///
    /// - Returns: what was taken; nil when there was nothing to take.
    func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint?

    /// Forgets one.
    func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError)

    /// Removes a home with its restore points and all that conversions left of it; one that isn't there is fine.
    ///
    /// At first it gets another name, in one step: whatever happens then, the next ``prepare(_:owner:quota:)`` makes a new,
    /// empty one, and what is left is removed by the next call or by ``finishRemovals()``. Links are removed, never
    /// followed; of a file with further names outside, those stay. Subvolumes that its user made inside go too.
    ///
    /// - Throws: ``SpawnError/cannotRemoveHome(path:reason:)``: a server uses it, something is mounted in it, or the file
    ///   system refused.
    func remove(_ home: HomeID) async throws(SpawnError)

    /// Removes what removals left that were interrupted; of all homes.
    ///
    /// - Throws: ``SpawnError/cannotRemoveHome(path:reason:)`` for the first that can't be removed; the others are.
    func finishRemovals() async throws(SpawnError)
}

/// How far a quota is a wall.
public enum QuotaStrength: Sendable, Equatable {
    /// The file system refuses what is too much.
    case hard
    /// Use is counted now and then; too much stops the next start. `reason` says why it isn't hard, as a sentence.
    case counted(reason: String)
}

/// What a home holds and may hold.
public struct HomeUsage: Sendable, Equatable {
    /// What is in it, restore points not counted.
    public var used: ByteCount
    /// How much it may hold; nil for as much as there is room.
    public var quota: ByteCount?

    /// Notes a reading.
    public init(used: ByteCount, quota: ByteCount?) {
        self.used = used
        self.quota = quota
    }
}

/// The state of a home at one moment, kept.
public struct RestorePoint: Sendable, Equatable, Hashable {
    /// The name of its folder: `2026-11-21T14:00`, in UTC.
    public let name: String
    /// When it was taken.
    public let date: Date

    /// Names a restore point.
    public init(name: String, date: Date) {
        self.name = name
        self.date = date
    }
}
