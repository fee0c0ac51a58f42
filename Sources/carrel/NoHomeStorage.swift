import CarrelModel
import CarrelSpawn
import Foundation

/// A storage that knows nothing of what homes hold: for a hub that only makes homes.
struct NoHomeStorage: HomeStorage {
    var quotaStrength: QuotaStrength { .counted(reason: "This hub doesn’t count yet what homes hold.") }

    func prepare(_ home: HomeID, owner: Account?, quota: ByteCount?) async throws(SpawnError) -> String {
        throw .cannotPrepareHome(path: home.slug, reason: "this storage makes no homes")
    }

    /// Nothing holds a home to it; it is noted in the database all the same.
    func setQuota(_ quota: ByteCount?, of home: HomeID) async throws(SpawnError) {
        throw .cannotPrepareHome(path: home.slug, reason: "quotas are not available on this hub")
    }

    func usages() async throws(SpawnError) -> [HomeID: HomeUsage] { [:] }

    func restorePointFolder(of home: HomeID) -> String? { nil }

    func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint] { [] }

    func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint? { nil }

    func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError) {}
}

/// Says that files can't be looked at on this hub.
struct NoHomeFiles: HomeFiles {
    private static let reason = "looking into homes is not available on this hub"

    func list(_ path: String, in home: HomeID, at point: RestorePoint?) async throws(HomeFilesError) -> [HomeFileEntry]
    {
        throw .failed(reason: Self.reason)
    }

    func contents(
        _ path: String,
        in home: HomeID,
        at point: RestorePoint?,
        limit: Int
    ) async throws(HomeFilesError) -> Data {
        throw .failed(reason: Self.reason)
    }

    func bringBack(_ path: String, in home: HomeID, from point: RestorePoint) async throws(HomeFilesError) -> String? {
        throw .failed(reason: Self.reason)
    }

    func largestFolders(in home: HomeID, count: Int) async throws(HomeFilesError) -> [HomeFileEntry] {
        throw .failed(reason: Self.reason)
    }
}
