import CFiles
import Glibc

/// Reads the names in a folder one by one, however many there are; kept by one who reads.
struct LocalFolderReader: Sendable {
    let folder: LocalDescriptor
    private var buffer: [UInt8]
    private var filled = 0
    private var place = 0

    /// Opens a folder that was found.
    init(of folder: LocalDescriptor) throws(DataFault) {
        self.folder = try LocalDescriptor(owning: openat(folder.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC))
        buffer = [UInt8](repeating: 0, count: 8 << 10)
    }

    /// The next name, without `.` and `..`; nil when there is no more.
    mutating func next() throws(DataFault) -> DataName? {
        while true {
            while case let start = carrel_next_name(buffer, filled, &place), start > 0 {
                if let name = DataName(bytes: buffer[start...].prefix { $0 != 0 }) { return name }
            }
            filled = carrel_read_folder(folder.number, &buffer, buffer.count)
            place = 0
            // A folder that was removed meanwhile has no more names.
            if filled < 0, errno == ENOENT { filled = 0 }
            guard filled >= 0 else {
                filled = 0
                throw DataFault(system: errno)
            }
            if filled == 0 { return nil }
        }
    }

    /// Begins again.
    mutating func rewind() {
        lseek(folder.number, 0, SEEK_SET)
        (filled, place) = (0, 0)
    }
}
