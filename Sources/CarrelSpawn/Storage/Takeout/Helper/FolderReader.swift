import CFiles
import Glibc

/// Reads the names in a folder one by one, however many there are.
final class FolderReader {
    private let stream: OpaquePointer

    /// The folder itself; open as long as this reader lives.
    var folder: Int32 { dirfd(stream) }

    /// Opens a folder below another one, through no link and not on another file system.
    init(opening path: [CChar], in parent: Int32) throws(SystemFailure) {
        let number = try SystemFailure.check("open") {
            carrel_open_beneath(parent, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK, 0)
        }
        guard let stream = fdopendir(number) else {
            let failure = SystemFailure(call: "fdopendir", path: nil, number: errno)
            close(number)
            throw failure
        }
        self.stream = stream
    }

    deinit { closedir(stream) }

    /// The next name, without `.` and `..`; nil when there is no more.
    func next() -> DirectoryEntry.Name? {
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    DirectoryEntry.Name(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
                }
            }
            if name != [0x2E, 0] && name != [0x2E, 0x2E, 0] { return name }
        }
        return nil
    }
}
