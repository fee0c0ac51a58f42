public import CarrelModel
import Foundation
import Glibc

/// A file with a btrfs in it, mounted on the folder of the homes: hard quotas and restore points on any disk.
///
/// The file is sparse: it takes only what is used. The mount is the kernel's, so it outlives the hub and is found again.
public struct HomesImage: Sendable {
    /// Absolute path of the file.
    public let file: String
    /// Absolute path of the folder it is mounted on.
    public let homes: String
    private let programs: StoragePrograms

    /// How long a step may take; making a file system takes a second.
    private static let deadline = Duration.seconds(120)
    /// What mounts of it allow: no programs with rights of their own, no devices, no dates of reading.
    private static let options = "loop,noatime,nosuid,nodev"

    /// Names an image; nothing is touched yet.
    public init(file: String, homes: String, programs: StoragePrograms = StoragePrograms()) {
        self.file = file
        self.homes = homes
        self.programs = programs
    }

    /// How large it is; nil when there is none.
    public var size: ByteCount? {
        var facts = stat()
        return stat(file, &facts) == 0 ? ByteCount(bytes: Int64(facts.st_size)) : nil
    }

    /// Whether it is mounted where it should be.
    public var isMounted: Bool { loopDevice != nil }

    /// Makes sure it is there, mounted, and at least so large.
    ///
    /// - Parameter size: in bytes; an image that is larger stays so.
    /// - Throws: what is in the way; homes are never hidden by it.
    public func prepare(size: ByteCount) async throws(HomesImageError) {
        guard geteuid() == 0 else { throw .notRoot }
        if !isMounted {
            if self.size == nil { try await create(size: size) }
            try await mount()
        }
        if let now = self.size, now < size { try await grow(to: size) }
    }

    /// Makes the file with an empty file system in it.
    public func create(size: ByteCount) async throws(HomesImageError) {
        guard geteuid() == 0 else { throw .notRoot }
        guard self.size == nil else { throw .exists(file) }
        try checkFolder()
        let draft = file + ".new"
        unlink(draft)
        do {
            let new = try Descriptor(opening: draft, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
            try SystemFailure.check("resize") { ftruncate(new.number, off_t(size.bytes)) }
        } catch {
            throw .failed(step: "made", reason: "\(error)")
        }
        try await run("made", programs.makeFileSystem, "-q", "--label", "carrel-homes", draft)
        // Only a whole file system gets the name.
        guard rename(draft, file) == 0 else { throw .failed(step: "made", reason: String(cString: strerror(errno))) }
    }

    /// Mounts it; it is an error when something else is mounted there.
    public func mount() async throws(HomesImageError) {
        guard geteuid() == 0 else { throw .notRoot }
        if isMounted { return }
        try checkFolder()
        try await run("mounted", programs.mount, "-t", "btrfs", "-o", Self.options, file, homes)
        guard chmod(homes, 0o711) == 0 else {
            throw .failed(step: "mounted", reason: String(cString: strerror(errno)))
        }
        if let device = loopDevice {
            // Reads are twice as fast when they aren't cached twice; a disk that can't do it goes without.
            _ = try? await ProgramRun.output(
                of: programs.loopSetup,
                ["--direct-io=on", device],
                within: Self.deadline
            )
        }
        try await run("given quotas", programs.btrfs, "quota", "enable", homes)
    }

    /// Makes it larger, while it is in use.
    public func grow(to size: ByteCount) async throws(HomesImageError) {
        guard geteuid() == 0 else { throw .notRoot }
        guard let now = self.size, let device = loopDevice else { throw .notMounted(homes) }
        // An equal size goes on: an earlier try may have ended after the file was enlarged.
        guard now <= size else { throw .tooSmall(now: now) }
        guard truncate(file, off_t(size.bytes)) == 0 else {
            throw .failed(step: "enlarged", reason: String(cString: strerror(errno)))
        }
        try await run("enlarged", programs.loopSetup, "-c", device)
        try await run("enlarged", programs.btrfs, "filesystem", "resize", "max", homes)
    }

    // MARK: How it is done

    /// The loop device through which the image is mounted on the folder; nil when it isn't.
    private var loopDevice: String? {
        guard let mount = topMount, mount.kind == "btrfs", mount.source.hasPrefix("/dev/loop") else { return nil }
        let name = mount.source.dropFirst("/dev/".count)
        guard let note = try? Descriptor(opening: "/sys/block/\(name)/loop/backing_file", O_RDONLY) else { return nil }
        let backing = String(decoding: note.contents(limit: 4096), as: UTF8.self)
        var ours = stat()
        var theirs = stat()
        guard stat(file, &ours) == 0, stat(String(backing.prefix { $0 != "\n" }), &theirs) == 0 else { return nil }
        return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino ? mount.source : nil
    }

    private var topMount: MountEntry? {
        guard let pointer = realpath(homes, nil) else { return nil }
        defer { free(pointer) }
        let place = String(cString: pointer)
        return MountTable.entries().last { $0.place == place }
    }

    private func checkFolder() throws(HomesImageError) {
        mkdir(homes, 0o711)
        if topMount != nil { throw .otherMount(homes) }
        do {
            let folder = try Descriptor(opening: homes, O_RDONLY | O_DIRECTORY)
            guard DirectoryEntry.names(in: folder).isEmpty else { throw HomesImageError.folderNotEmpty(homes) }
        } catch let error as HomesImageError {
            throw error
        } catch {
            throw .failed(step: "mounted", reason: "\(error)")
        }
    }

    private func run(_ step: String, _ program: String, _ arguments: String...) async throws(HomesImageError) {
        do {
            try await ProgramRun.output(of: program, arguments, within: Self.deadline)
        } catch {
            throw .failed(step: step, reason: error.message)
        }
    }
}
