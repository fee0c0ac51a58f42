import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import ServiceLifecycle

/// Prepares archives, and removes those that are over.
///
/// The store says what is to be made. A hub that dies leaves drafts, which the next one removes, and rows, which it
/// begins anew.
struct TakeoutKeeper: Service {
    let desk: TakeoutDesk
    let work: any BlockingWork
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await recover()
            await withDiscardingTaskGroup { group in
                for _ in 0..<desk.limits.makers { group.addTask { await makeAll() } }
                group.addTask { await tidyNowAndThen() }
            }
        }
    }

    // MARK: Making

    /// What earlier hubs didn't finish is made anew.
    func recover() async {
        do {
            try await desk.store.recover(
                at: desk.now(),
                failure: "The hub was stopped several times while it was made. Download it without preparing.",
                expiresAt: desk.now().addingTimeInterval(desk.limits.lifetime),
            )
            try await tidy(isFirst: true)
        } catch {
            logger.warning("takeout.failed", metadata: ["error": "\(error)"])
        }
    }

    private func makeAll() async {
        while !Task.isCancelled {
            desk.wake.clear()
            do {
                while let takeout = try await desk.store.begin() { await make(takeout) }
            } catch is CancellationError {
                return
            } catch {
                logger.warning("takeout.failed", metadata: ["error": "\(error)"])
            }
            _ = try? await desk.wake.orUntilRaised { try await clock.sleep(for: .seconds(30)) }
        }
    }

    private func make(_ takeout: TakeoutRecord) async {
        let draft = desk.draft(of: takeout.id)
        let file = desk.path(of: takeout.id)
        var failure: (any Error)?
        do {
            try await remove([draft])
            if let progress = try await pack(takeout, at: draft) {
                try await work.run { try Self.rename(draft, to: file) }
                if try await note(takeout, progress) { return }
            }
        } catch {
            failure = error
        }
        let (reason, isEnding) = (failure, Task.isCancelled)
        // A task of its own, as a cancelled one can't write: when the hub ends nothing may be left either.
        await Task {
            try? await work.run { for path in [draft, file] { unlink(path) } }
            if let reason { await note(takeout, reason, isEnding: isEnding) }
        }.value
    }

    /// Makes the file; nil when it isn't wanted any more.
    private func pack(_ takeout: TakeoutRecord, at draft: String) async throws -> TakeoutProgress? {
        guard let order = TakeoutOrder(takeout) else { throw TakeoutError.badPath(takeout.path) }
        let room = try await room(for: takeout)
        let job = try await desk.archives.prepare(order, at: draft, most: room)
        let cancel = desk.board.begin(takeout.id) { job.progress }
        defer { desk.board.end(takeout.id) }
        // It may have been removed before there was anything to cancel.
        guard try await desk.store.withID(takeout.id, ofUser: takeout.userId) != nil else { return nil }
        return try await cancel.orUntilRaised {
            try await job.finish()
            return job.progress
        }
    }

    /// What it may take: of its user's share, of everybody's, and of the disk.
    private func room(for takeout: TakeoutRecord) async throws -> ByteCount {
        let own = desk.limits.roomOfOne.bytes - (try await desk.store.bytesKept(ofUser: takeout.userId))
        let all = desk.limits.roomOfAll.bytes - (try await desk.store.bytesKept())
        var room = min(own, all)
        if let disk = DiskSpace(at: desk.folder) {
            let kept = Int64(Double(disk.size) * desk.limits.freeShare)
            guard disk.free > kept else { throw TakeoutError.noRoom }
            room = min(room, disk.free - kept)
        }
        guard room > 0 else { throw TakeoutError.tooLarge(limit: ByteCount(bytes: 0)) }
        return ByteCount(bytes: room)
    }

    /// Notes that it is ready; false when it isn't wanted any more.
    private func note(_ takeout: TakeoutRecord, _ progress: TakeoutProgress) async throws -> Bool {
        let (time, lifetime) = (desk.now(), desk.limits.lifetime)
        let isWanted = try await desk.store.change(takeout.id) { takeout in
            takeout.state = .ready
            takeout.size = progress.written
            takeout.entries = progress.entries
            takeout.bytes = progress.bytes
            takeout.finishedAt = time
            takeout.expiresAt = time.addingTimeInterval(lifetime)
        }
        let seconds = Int(time.timeIntervalSince(takeout.createdAt))
        logger.info("takeout.prepared", metadata: ["size": "\(progress.written)", "seconds": "\(seconds)"])
        return isWanted
    }

    private func note(_ takeout: TakeoutRecord, _ failure: any Error, isEnding: Bool) async {
        let (time, lifetime) = (desk.now(), desk.limits.lifetime)
        let error = failure as? any CarrelError
        do {
            _ = try await desk.store.change(takeout.id) { takeout in
                if isEnding {
                    // The hub ends in good order: this attempt counts for nothing.
                    takeout.state = .waiting
                    takeout.attempts -= 1
                    return
                }
                takeout.state = .failed
                takeout.failure = error.map { "\($0.message) \($0.remedy)" } ?? "The hub made a mistake. Try it again."
                takeout.finishedAt = time
                takeout.expiresAt = time.addingTimeInterval(lifetime)
            }
        } catch {
            logger.warning("takeout.failed", metadata: ["error": "\(error)"])
        }
        guard !isEnding else { return }
        logger.notice("takeout.notPrepared", metadata: ["code": "\(error?.code ?? "unexpected")"])
    }

    private static func rename(_ path: String, to other: String) throws {
        guard Foundation.rename(path, other) == 0 else {
            throw TakeoutError.failed(reason: String(cString: strerror(errno)))
        }
    }

    // MARK: Removing

    private func tidyNowAndThen() async {
        while !Task.isCancelled {
            do {
                try await clock.sleep(for: .seconds(30))
                try await tidy()
            } catch is CancellationError {
                return
            } catch {
                logger.warning("takeout.failed", metadata: ["error": "\(error)"])
            }
        }
    }

    /// Removes what has expired, and the files of archives that are gone, as with their users.
    func tidy(isFirst: Bool = false) async throws {
        try await desk.store.forgetExpired(now: desk.now())
        let (folder, making) = (desk.folder, desk.board.making)
        for id in making where try await !desk.store.ids().contains(id) { desk.board.cancel(id) }
        let files = try await work.run { try FileManager.default.contentsOfDirectory(atPath: folder) }
        // After the folder was read: an archive that came since isn't among the files.
        let known = try await desk.store.ids()
        let wrong = files.filter { name in
            let id = name.hasSuffix(".part") ? String(name.dropLast(5)) : name
            if name.hasSuffix(".part"), isFirst { return true }
            return !known.contains(id) && !making.contains(id)
        }
        try await remove(wrong.map { "\(folder)/\($0)" })
    }

    private func remove(_ paths: [String]) async throws {
        guard !paths.isEmpty else { return }
        try await work.run { for path in paths { unlink(path) } }
    }
}

extension TakeoutOrder {
    /// The order that a kept archive is made by; nil when it can't be read any more.
    init?(_ takeout: TakeoutRecord) {
        guard let path = HomePath(takeout.path), let format = ArchiveFormat(rawValue: takeout.format) else {
            return nil
        }
        self.init(
            home: HomeID(instance: takeout.instance, slug: takeout.slug),
            path: path,
            format: format,
            leavesCachesOut: takeout.leavesCachesOut,
            folder: takeout.folder,
        )
    }
}
