public import CarrelModel
public import CarrelSpawn
public import Foundation
import Synchronization

/// Homes and common folders that are entries in memory; tests say what they hold and which restore points there are.
public final class FakeHomeStorage: FolderStorage {
    private struct State {
        var homes: [HomeID: HomeUsage] = [:]
        var points: [HomeID: [RestorePoint]] = [:]
        var quotas: [(home: HomeID, quota: ByteCount?)] = []
        var readings = 0
        var common: [CommonFolder: HomeUsage] = [:]
        var failure: SpawnError?
        var vanished: Set<HomeID> = []
        var removed: [HomeID] = []
    }

    /// How far quotas are a wall here.
    public let quotaStrength: QuotaStrength
    private let state = Mutex(State())

    /// Makes a storage without homes.
    public init(quotaStrength: QuotaStrength = .hard) {
        self.quotaStrength = quotaStrength
    }

    // MARK: - What tests do

    /// Says what a home holds.
    public func set(_ usage: HomeUsage, of home: HomeID) {
        state.withLock { $0.homes[home] = usage }
    }

    /// Gives a home a restore point.
    public func add(_ point: RestorePoint, to home: HomeID) {
        state.withLock { $0.points[home, default: []].insert(point, at: 0) }
    }

    /// Makes everything fail from now on; nil: no more.
    public func fail(_ failure: SpawnError?) {
        state.withLock { $0.failure = failure }
    }

    /// Makes a home go that was just read: it is among those of the last reading, and nothing can be done with it.
    public func vanish(_ home: HomeID) {
        state.withLock { _ = $0.vanished.insert(home) }
    }

    /// Which quotas were set, in order.
    public var quotas: [(home: HomeID, quota: ByteCount?)] { state.withLock { $0.quotas } }

    /// Which homes were removed, in order.
    public var removed: [HomeID] { state.withLock { $0.removed } }

    /// How often all homes were read.
    public var readings: Int { state.withLock { $0.readings } }

    // MARK: - HomeStorage

    /// Notes the home with its quota.
    public func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String {
        try check()
        state.withLock { state in
            let used = state.homes[home]?.used ?? ByteCount(bytes: 0)
            state.homes[home] = HomeUsage(used: used, quota: quota)
        }
        return "/nowhere/\(home.instance)/\(home.slug)"
    }

    /// Notes the quota of a home that is there.
    public func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError) {
        try check()
        guard state.withLock({ !$0.vanished.contains(home) }) else {
            throw .cannotPrepareHome(path: home.slug, reason: "It is gone.")
        }
        state.withLock { state in
            state.quotas.append((home, quota))
            state.homes[home]?.quota = quota
        }
    }

    /// What the test has said.
    public func usages() async throws(SpawnError) -> [HomeID: HomeUsage] {
        try check()
        return state.withLock { state in
            state.readings += 1
            return state.homes
        }
    }

    /// A folder that isn't there, where quotas are hard; else none.
    public func restorePointFolder(of home: HomeID) -> String? {
        quotaStrength == .hard ? "/nowhere/points/\(home.instance)/\(home.slug)" : nil
    }

    /// Those that the test has added.
    public func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint] {
        try check()
        return state.withLock { $0.points[home] ?? [] }
    }

    /// Adds one.
    public func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint? {
        try check()
        let point = RestorePoint(name: String(date.ISO8601Format().prefix(16)), date: date)
        add(point, to: home)
        return point
    }

    /// Forgets one.
    public func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError) {
        try check()
        state.withLock { $0.points[home]?.removeAll { $0 == point } }
    }

    /// Forgets a home with its restore points, and remembers that.
    public func remove(_ home: HomeID) async throws(SpawnError) {
        try check()
        state.withLock { state in
            if state.homes.removeValue(forKey: home) != nil { state.removed.append(home) }
            state.points[home] = nil
        }
    }

    /// Those that were prepared or set.
    public func homes(in instance: String) async -> [HomeID] {
        state.withLock { state in
            state.homes.keys.filter { $0.instance == instance && !state.vanished.contains($0) }
        }
    }

    /// Nothing is ever left.
    public func finishRemovals() async throws(SpawnError) {
        try check()
    }

    // MARK: - CommonFolderStorage

    /// A folder that isn't there.
    public func path(of folder: CommonFolder) -> String { "/nowhere/\(folder.name)" }

    /// A folder that isn't there.
    public var commonParents: [String] { ["/nowhere"] }

    /// Every project has one.
    public func hasStore(_ folder: CommonFolder) -> Bool {
        if case .project = folder { true } else { false }
    }

    /// Notes the folder with its quota.
    public func prepare(
        _ folder: CommonFolder,
        owner: UInt32?,
        quota: ByteCount?,
    ) async throws(SpawnError) -> String {
        try check()
        state.withLock { state in
            let used = state.common[folder]?.used ?? ByteCount(bytes: 0)
            state.common[folder] = HomeUsage(used: used, quota: quota)
        }
        return "/nowhere/\(folder.name)"
    }

    /// Notes the quota of a folder that is there.
    public func setQuota(_ quota: ByteCount?, of folder: CommonFolder) async throws(SpawnError) {
        try check()
        state.withLock { $0.common[folder]?.quota = quota }
    }

    /// Forgets a folder.
    public func remove(_ folder: CommonFolder) async throws(SpawnError) {
        try check()
        state.withLock { $0.common[folder] = nil }
    }

    /// What was noted.
    public func commonUsages() async throws(SpawnError) -> [CommonFolder: HomeUsage] {
        try check()
        return state.withLock { $0.common }
    }

    private func check() throws(SpawnError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
