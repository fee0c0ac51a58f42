import CFiles
import Foundation
import Glibc

/// What the helper does that runs as a user and packs files: `carrel pack-files`.
///
/// It gets an order on standard input and writes an archive, or records, to standard output. Descriptor 3 is the home,
/// or where records come from; 4 are the counters; 5 ends when nobody wants the archive any more; 6 is closed as soon as
/// something is in it. Why it failed is its exit code (``PackFailure``).
public enum PackHelper {
    /// Carries out the order.
    ///
    /// - Returns: the exit code.
    public static func run() -> Int32 {
        // Others wait for their notebooks.
        carrel_step_back()
        // A reader that goes away is an error like others, said by the exit code.
        signal(SIGPIPE, SIG_IGN)
        let source = Descriptor(owning: 3)
        let meter = PackMeter(
            counters: PackCounters(Descriptor(owning: 4)),
            life: Descriptor(owning: 5),
            begun: Descriptor(owning: 6),
        )
        do {
            guard let bytes = try FileHandle.standardInput.readToEnd() else { return 1 }
            try carryOut(try JSONDecoder().decode(PackOrder.self, from: bytes), source, meter)
            try meter.tell(isLast: true)
            // A file that is kept must be on the disk; a pipe can't be synchronised, and need not.
            if fsync(1) < 0, errno != EINVAL, errno != EROFS { throw PackFailure.noRoom }
            return 0
        } catch let failure as PackFailure {
            if case .failed(let reason) = failure { FileHandle.standardError.write(Data(reason.utf8)) }
            return failure.exitCode
        } catch {
            FileHandle.standardError.write(Data("the order can't be read".utf8))
            return 1
        }
    }

    private static func carryOut(_ order: PackOrder, _ source: Descriptor, _ meter: PackMeter) throws(PackFailure) {
        let output = PackOutput(meter: meter, most: order.mostBytes)
        switch order.product {
        case .count: try fill(CountingSink(meter: meter), order, source)
        case .records(let format): try fill(RecordSink(for: format, output: output, meter: meter), order, source)
        case .archive(let format):
            let archive = try LibraryArchive(format, output: output, meter: meter)
            try fill(archive, order, source)
            if !archive.notes.isEmpty {
                try archive.add(archive.notes.text, as: notesPath(order), at: Int64(time(nil)))
            }
            try archive.close()
        }
    }

    private static func fill(_ sink: any ArchiveSink, _ order: PackOrder, _ source: Descriptor) throws(PackFailure) {
        switch order.source {
        case .home(let path, let folder, let leavesCachesOut):
            guard let start = HomePath(path) else { throw .badPath }
            let walk = HomeWalk(
                home: source,
                start: start,
                folder: folder,
                leavesCachesOut: leavesCachesOut,
                sink: sink,
            )
            try walk.run()
        case .text(let name, let text): try sink.add(text, as: NameText.bytes(of: name), at: Int64(time(nil)))
        case .records: try RecordReader(source, into: sink).run()
        }
    }

    /// Where the notes go: beside the folder with the files, so that nothing there has that name already.
    private static func notesPath(_ order: PackOrder) -> [UInt8] {
        guard case .home(_, PackNotes.fileName, _) = order.source else { return Array(PackNotes.fileName.utf8) }
        return Array("TAKEOUT-NOTES-2.txt".utf8)
    }
}
