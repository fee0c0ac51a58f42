import Glibc
import Synchronization

/// Removes what writes that broke off have left in folders, each folder twice a day at most.
final class LocalSweeps: Sendable {
    private struct Folder: Hashable {
        let device: UInt64
        let inode: UInt64
    }

    /// Older ones belong to nobody any more, in seconds.
    private static let longestWrite = 86_400
    private static let pause = 43_200
    /// Of so many folders it is remembered; and so many names of one are looked at.
    private static let mostFolders = 10_000
    private static let mostNames = 100_000

    private let last = Mutex<[Folder: Int]>([:])

    /// Looks through a folder that is written to; what fails is left for later, as nothing depends on it.
    func sweep(_ folder: LocalDescriptor, _ facts: LocalFacts, now: Int = time(nil)) {
        let key = Folder(device: facts.device, inode: facts.inode)
        let isDue = last.withLock { last in
            if let time = last[key], now - time < Self.pause { return false }
            if last.count >= Self.mostFolders { last.removeAll() }
            last[key] = now
            return true
        }
        guard isDue, var reader = try? LocalFolderReader(of: folder) else { return }
        var count = 0
        while count < Self.mostNames, let name = try? reader.next() {
            count += 1
            guard name.isOfUpload, let facts = try? LocalFacts(of: name, in: folder), facts.isFile,
                Int64(now - Self.longestWrite) > facts.changed.nanoseconds / 1_000_000_000
            else { continue }
            unlinkat(folder.number, name.terminated, 0)
        }
    }
}

extension DataName {
    private static let ofUploads = Array(".carrel-upload-".utf8)

    /// Whether it is one that only writes use: it is never shown, and nothing else can be called so.
    var isOfUpload: Bool { bytes.starts(with: Self.ofUploads) }

    /// One that nothing has.
    static func ofUpload() -> DataName? {
        DataName(bytes: ofUploads + String(UInt64.random(in: .min ... .max), radix: 36).utf8)
    }
}
