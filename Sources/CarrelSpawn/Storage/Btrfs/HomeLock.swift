import Glibc

/// Lets one at a time turn a home into a subvolume, or remove what is left of that: in this process, and of all.
///
/// A lock on a file that only the hub can open, so that no user holds up a start; the kernel lets go of it when the hub
/// is killed. The file stays.
final class HomeLock: Sendable {
    private let file: Descriptor

    /// How long another may be at it: a conversion and the removal of the old folder.
    private static let longestWait = Duration.seconds(1200)
    private static let pause = Duration.milliseconds(20)

    /// Takes a home's lock; nil when another has it.
    init?(_ points: RestorePointFolder) throws(SpawnError) {
        do {
            file = try Descriptor(opening: points.lockPath, O_RDWR | O_CREAT | O_NOFOLLOW)
        } catch {
            throw .cannotPrepareHome(path: points.lockPath, reason: "\(error)")
        }
        if flock(file.number, LOCK_EX | LOCK_NB) < 0 { return nil }
    }

    /// Takes a home's lock, and waits for who has it.
    static func taken(_ points: RestorePointFolder) async throws(SpawnError) -> HomeLock {
        let end = ContinuousClock.now + longestWait
        while true {
            if let lock = try HomeLock(points) { return lock }
            guard ContinuousClock.now < end, (try? await Task.sleep(for: pause)) != nil else {
                throw .cannotPrepareHome(
                    path: points.lockPath,
                    reason: "another start is making this home ready, and isn't done yet"
                )
            }
        }
    }

    /// Lets the next one have it.
    func release() {
        flock(file.number, LOCK_UN)
    }
}
