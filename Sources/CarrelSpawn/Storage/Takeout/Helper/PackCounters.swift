import CProcess
import Glibc

/// How far a helper is: a few numbers in memory that it and the hub share.
///
/// Read while they are written, they may be of different moments.
struct PackCounters {
    private static let size = MemoryLayout<Int64>.size * 3

    /// The shared memory.
    let file: Descriptor

    /// Makes new ones, all zero.
    init() throws(SystemFailure) {
        file = Descriptor(owning: try SystemFailure.check("memfd_create") { carrel_bounded_memory(Self.size) })
    }

    /// Takes over the hub's.
    init(_ file: Descriptor) { self.file = file }

    /// What they say.
    var progress: TakeoutProgress {
        let values = file.contents(limit: Self.size).withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
        guard values.count == 3 else { return TakeoutProgress() }
        return TakeoutProgress(entries: values[0], bytes: values[1], written: values[2])
    }

    /// Has them say something else.
    func set(_ progress: TakeoutProgress) {
        let values = [progress.entries, progress.bytes, progress.written]
        _ = values.withUnsafeBytes { pwrite(file.number, $0.baseAddress, $0.count, 0) }
    }
}

/// What a helper counts while it works, and tells the hub now and then.
final class PackMeter {
    private let counters: PackCounters
    /// The hub holds the other end for as long as it wants the archive.
    private let life: Descriptor
    /// Closed as soon as there is something to tell.
    private var begun: Descriptor?
    private var told = TakeoutProgress()
    var now = TakeoutProgress()

    init(counters: PackCounters, life: Descriptor, begun: Descriptor?) {
        self.counters = counters
        self.life = life
        self.begun = begun
    }

    /// Tells how far it is, if there is news.
    ///
    /// - Throws: ``PackFailure/unwanted`` when the hub is gone.
    func tell(isLast: Bool = false) throws(PackFailure) {
        guard isLast || begun != nil || now.bytes - told.bytes >= 1 << 20 || now.entries - told.entries >= 100 else {
            return
        }
        told = now
        counters.set(now)
        begun = nil
        var wait = pollfd(fd: life.number, events: 0, revents: 0)
        if poll(&wait, 1, 0) > 0, wait.revents & Int16(POLLHUP) != 0 { throw .unwanted }
    }
}
