import CarrelModel
public import Foundation
import Glibc

extension BtrfsHomes {
    /// The folder with a home's restore points; nil as long as the home was never prepared.
    public func restorePointFolder(of home: HomeID) -> String? {
        let points = RestorePointFolder(homes: folder.path, home: home)
        return points.opened() == nil ? nil : points.path
    }

    /// The restore points of a home, newest first.
    ///
    /// What has another name than ours is left alone.
    public func restorePoints(of home: HomeID) async throws(SpawnError) -> [RestorePoint] {
        let points = RestorePointFolder(homes: folder.path, home: home)
        let found = try? await work.run { () -> [RestorePoint] in
            guard let folder = points.opened() else { return [] }
            return DirectoryEntry.names(in: folder)
                .compactMap { RestorePoint(name: String(nulTerminated: $0)) }
                .filter { point in folder.child(point.name).flatMap { Subvolume($0) } != nil }
        }
        return (found ?? []).sorted { $0.date > $1.date }
    }

    /// Takes a restore point, unless nothing has changed since the latest.
    ///
    /// What was changed in the last half minute may not be written to the disk yet: it counts as a change next time.
    public func takeRestorePoint(of home: HomeID, at date: Date) async throws(SpawnError) -> RestorePoint? {
        guard let now = subvolume(home) else { return nil }
        let points = RestorePointFolder(homes: folder.path, home: home)
        try points.make()
        let latest = try await restorePoints(of: home).first
        if let latest, let kept = points.opened()?.child(latest.name).flatMap({ Subvolume($0) }),
            now.generation <= kept.madeIn
        {
            return nil
        }
        let point = RestorePoint(at: date)
        guard point != latest else { return nil }
        let copy = "\(points.path)/\(point.name)"
        try await checked(copy) { () async throws(ProgramFailure) in
            try await btrfs.snapshot(of: folder.path(of: home), to: copy)
            // It has a quota group of its own, so it doesn't count against the user; the limit came along from the home.
            try await btrfs.limit(copy, to: nil)
        }
        return point
    }

    /// Forgets a restore point; one that isn't there is fine.
    public func removeRestorePoint(_ point: RestorePoint, of home: HomeID) async throws(SpawnError) {
        let points = RestorePointFolder(homes: folder.path, home: home)
        guard RestorePoint(name: point.name) != nil, points.opened()?.child(point.name) != nil else { return }
        let path = "\(points.path)/\(point.name)"
        try await checked(path) { () async throws(ProgramFailure) in try await btrfs.removeSubvolume(path) }
    }
}
