import CFiles
import Glibc

/// Puts the content of a file into an archive, as long as it was when that began.
final class FileReader {
    /// Of a file in more pieces the holes are written out.
    private static let mostExtents = 10_000

    private let sink: any ArchiveSink
    /// How many more bytes of holes there may be.
    private var holesLeft: Int64
    private var buffer = [UInt8](repeating: 0, count: 256 << 10)

    init(sink: any ArchiveSink) {
        self.sink = sink
        holesLeft = sink.mostHoles
    }

    /// Adds an open file.
    func add(_ file: Descriptor, _ entry: ArchiveEntry) throws(PackFailure) {
        var entry = entry
        let holes = Self.holes(in: file, size: entry.size)
        guard holes <= holesLeft else {
            return try sink.note("\(PackNotes.shown(entry.path)): left out, as nearly all of it is holes.")
        }
        holesLeft -= holes
        if !(sink is CountingSink) { entry.extents = Self.extents(of: file, size: entry.size) }
        try sink.begin(entry)
        if sink is CountingSink { return }
        posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL)
        var place: Int64 = 0
        var isWhole = true
        for extent in entry.extents ?? [ArchiveEntry.Extent(start: 0, length: entry.size)] where isWhole {
            if extent.start > place { try sink.writeHole(extent.start - place) }
            (place, isWhole) = try copy(file, from: extent.start, to: extent.start + extent.length)
        }
        if isWhole, place < entry.size { try sink.writeHole(entry.size - place) }
        try sink.end()
        try noteChange(of: file, entry, isWhole: isWhole)
    }

    /// Copies a piece; where it ended, and whether nothing was missing.
    private func copy(_ file: Descriptor, from start: Int64, to end: Int64) throws(PackFailure) -> (Int64, Bool) {
        var place = start
        while place < end {
            let wanted = Int(min(end - place, Int64(buffer.count)))
            let count = pread(file.number, &buffer, wanted, off_t(place))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return (place, false) }
            do {
                try buffer.withUnsafeBytes { try sink.write(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            } catch {
                throw error as? PackFailure ?? .failed("\(error)")
            }
            place += Int64(count)
        }
        return (place, true)
    }

    private func noteChange(of file: Descriptor, _ entry: ArchiveEntry, isWhole: Bool) throws(PackFailure) {
        var now = stat()
        guard fstat(file.number, &now) == 0 else { return }
        let path = PackNotes.shown(entry.path)
        if !isWhole {
            try sink.note("\(path): became shorter or unreadable while it was read; the end of it isn't there.")
        } else if Int64(now.st_size) != entry.size || Int64(now.st_mtim.tv_sec) != entry.seconds
            || Int64(now.st_mtim.tv_nsec) != entry.nanoseconds
        {
            try sink.note("\(path): changed while it was read; what is there may be of different moments.")
        }
    }

    /// How many bytes of a file no room was ever taken for.
    private static func holes(in file: Descriptor, size: Int64) -> Int64 {
        var facts = stat()
        return fstat(file.number, &facts) == 0 ? max(0, size - Int64(facts.st_blocks) * 512) : 0
    }

    /// What isn't a hole; nil for a file without holes, or with too many.
    private static func extents(of file: Descriptor, size: Int64) -> [ArchiveEntry.Extent]? {
        var facts = stat()
        guard size > 0, fstat(file.number, &facts) == 0, Int64(facts.st_blocks) * 512 < size else { return nil }
        var extents: [ArchiveEntry.Extent] = []
        var place: off_t = 0
        while place < size {
            let data = carrel_next_data(file.number, place)
            if data < 0 {
                guard errno == ENXIO else { return nil }
                break
            }
            let hole = carrel_next_hole(file.number, data)
            guard hole > data, extents.count < mostExtents else { return nil }
            let end = min(Int64(hole), size)
            guard end > Int64(data) else { break }
            extents.append(ArchiveEntry.Extent(start: Int64(data), length: end - Int64(data)))
            place = hole
        }
        if extents.count == 1, extents[0].start == 0, extents[0].length == size { return nil }
        return extents.isEmpty ? [ArchiveEntry.Extent(start: 0, length: 0)] : extents
    }
}
