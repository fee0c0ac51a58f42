import CFiles
import Glibc
import NIOCore

/// A file that is being written beside the one that it will be.
///
/// It has no name until all of it is there, or, where the file system has no such files, one that isn't shown.
struct LocalDraft: Sendable {
    private let file: LocalDescriptor
    private let target: LocalTarget
    /// Its name until then.
    private let name: DataName?
    private let root: LocalFacts
    private let mask: mode_t
    private let isGivenUp = LocalFlag()

    /// Begins one, when it may be placed.
    ///
    /// - Parameters:
    ///   - target: where it will be.
    ///   - condition: what has to be there.
    ///   - root: the store's folder.
    ///   - mask: which rights a new file doesn't get.
    ///   - nameless: whether it is tried to have no name.
    /// - Throws: ``DataFault``.
    init(
        for target: LocalTarget,
        if condition: DataCondition,
        below root: LocalFacts,
        mask: mode_t,
        nameless: Bool,
    ) throws(DataFault) {
        // While it is written nobody has more rights to it than to the one that it replaces.
        let mode: mode_t = try target.present(if: condition) == nil ? 0o666 : 0o600
        self.target = target
        self.root = root
        self.mask = mask
        carrel_identity_mask(mask)
        let folder = target.folder.found.number
        if nameless {
            let number = carrel_open_nameless(folder, mode)
            if number >= 0 || ![EOPNOTSUPP, EISDIR, ENOENT].contains(errno) {
                file = try LocalDescriptor(owning: number)
                name = nil
                return
            }
        }
        guard let name = DataName.ofUpload() else { throw .unfitName }
        let flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        file = try LocalDescriptor(owning: openat(folder, name.terminated, flags, mode))
        self.name = name
    }

    /// Adds bytes.
    func append(_ bytes: ByteBuffer) throws(DataFault) {
        var rest = bytes
        while rest.readableBytes > 0 {
            let count = rest.withUnsafeReadableBytes { write(file.number, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw DataFault(system: errno) }
            rest.moveReaderIndex(forwardBy: count)
        }
    }

    /// Puts it in its place, all at once.
    ///
    /// - Parameters:
    ///   - condition: what has to be there; looked at again right before.
    ///   - modified: its time.
    ///   - now: the store's folder as it is now.
    ///   - workers: keeps writes of this process apart.
    /// - Returns: what the kernel knows of it then, and whether it may be changed.
    /// - Throws: ``DataFault/interrupted`` when the store's folder was replaced meanwhile.
    func place(
        if condition: DataCondition,
        modified: DataTime?,
        in now: LocalRoot,
        by workers: LocalWorkers,
    ) throws(DataFault) -> DataEntry {
        guard now.facts.isSame(as: root) else { throw .interrupted }
        if let modified {
            let times = [timespec(tv_sec: time(nil), tv_nsec: 0), modified.timespec]
            guard futimens(file.number, times) == 0 else { throw DataFault(system: errno) }
        }
        try takeRights(of: target.present(if: condition))
        guard fsync(file.number) == 0 else { throw DataFault(system: errno) }
        try workers.withLock(on: target.folder.facts, target.name) { () throws(DataFault) in
            // Who wrote it was told that it failed, and may have written another meanwhile.
            guard !isGivenUp.isRaised else { throw .cancelled }
            if try target.present(if: condition) == nil {
                if try takeName() { return }
                guard condition == .none else { throw .changed }
            }
            try replace()
        }
        try keepFolder()
        let isWritable = carrel_may(file.number, W_OK) == 0
        return try LocalFacts(of: file).entry(target.name, isWritable: isWritable)
    }

    /// Has what was written reach the disk, so that little is left to do at the end.
    func flush() throws(DataFault) {
        guard fdatasync(file.number) == 0 else { throw DataFault(system: errno) }
    }

    /// Keeps it from being placed from now on, also by a thread that a disk holds fast.
    func giveUp() {
        isGivenUp.raise()
    }

    /// Takes it away.
    func discard() {
        guard let name else { return }
        unlinkat(target.folder.found.number, name.terminated, 0)
    }

    /// Gives it the rights of the file that it replaces, but for those to act as its owner.
    private func takeRights(of old: LocalFacts?) throws(DataFault) {
        let own = try LocalFacts(of: file)
        guard let old else {
            if own.mode & 0o777 == 0o600 { fchmod(file.number, 0o666 & ~mask) }
            return
        }
        var mode = old.mode & 0o777
        if old.gid != own.gid, fchown(file.number, ~0, old.gid) < 0 {
            // Another group than before doesn't get more rights than everybody.
            mode &= ~(0o070 & ~(mode << 3))
        }
        guard fchmod(file.number, mode) == 0 else { throw DataFault(system: errno) }
    }

    /// Takes the name if nothing has it; false if something has.
    private func takeName() throws(DataFault) -> Bool {
        let folder = target.folder.found.number
        let result =
            name.map { carrel_move(folder, $0.terminated, folder, target.name.terminated, carrel_move_new) }
            ?? carrel_give_name(file.number, folder, target.name.terminated)
        if result < 0, errno == EEXIST { return false }
        guard result == 0 else { throw DataFault(system: errno) }
        return true
    }

    private func replace() throws(DataFault) {
        let folder = target.folder.found.number
        guard let own = name ?? .ofUpload() else { throw .unfitName }
        if name == nil, carrel_give_name(file.number, folder, own.terminated) < 0 { throw DataFault(system: errno) }
        if carrel_move(folder, own.terminated, folder, target.name.terminated, carrel_move_over) == 0 { return }
        let fault = DataFault(system: errno)
        unlinkat(folder, own.terminated, 0)
        throw fault
    }

    /// Has the name outlive a crash of the machine; a folder that can't be read can't be told to.
    private func keepFolder() throws(DataFault) {
        let number = openat(target.folder.found.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { return }
        defer { close(number) }
        if fsync(number) < 0, errno != EINVAL { throw .unclear }
    }
}
