import CArchive
import Foundation
import Glibc

/// An archive, written by libarchive.
final class LibraryArchive: ArchiveSink {
    private static let block: Int32 = 256 << 10
    private static let zeros = [UInt8](repeating: 0, count: 1 << 20)

    private let archive: OpaquePointer
    private let entry: OpaquePointer
    private let output: PackOutput
    private let meter: PackMeter
    private let format: ArchiveFormat
    private(set) var notes = PackNotes()
    /// Whether the content of the present entry is left away, as the format can't take it.
    private var isSkipped = false
    private var isUTF8 = true

    let keepsSameFiles: Bool
    let mostHoles: Int64
    let keepsBytesOfNames: Bool
    let keepsAttributes: Bool

    /// Begins an archive on standard output.
    init(_ format: ArchiveFormat, output: PackOutput, meter: PackMeter) throws(PackFailure) {
        guard let archive = archive_write_new(), let entry = archive_entry_new() else {
            throw .failed("there is too little memory")
        }
        (self.archive, self.entry) = (archive, entry)
        self.output = output
        self.meter = meter
        self.format = format
        keepsSameFiles = format == .tarZstd
        mostHoles = format.mostHoles
        keepsBytesOfNames = format == .tarZstd
        keepsAttributes = format == .tarZstd
        setlocale(LC_CTYPE, "C.UTF-8")
        switch format {
        case .zip:
            try check(archive_write_set_format_zip(archive))
        case .tarZstd:
            try check(archive_write_set_format_pax(archive))
            try check(archive_write_add_filter_zstd(archive))
        }
        archive_write_set_bytes_per_block(archive, Self.block)
        archive_write_set_bytes_in_last_block(archive, 1)
        let context = Unmanaged.passUnretained(output).toOpaque()
        try check(
            archive_write_open(
                archive,
                context,
                nil,
                { _, context, bytes, count in
                    guard let context else { return -1 }
                    let output = Unmanaged<PackOutput>.fromOpaque(context).takeUnretainedValue()
                    return output.write(UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
                },
                nil,
            )
        )
    }

    deinit {
        archive_entry_free(entry)
        archive_write_free(archive)
    }

    func begin(_ item: ArchiveEntry) throws(PackFailure) {
        archive_entry_clear(entry)
        useLocale(for: item.path)
        archive_entry_copy_pathname(entry, text(item.path))
        archive_entry_set_mtime(entry, time_t(item.seconds), Int(item.nanoseconds))
        archive_entry_set_perm(entry, mode_t(item.mode))
        switch item.kind {
        case .file:
            archive_entry_set_filetype(entry, UInt32(Glibc.S_IFREG))
            archive_entry_set_size(entry, item.size)
            for extent in item.extents ?? [] where format == .tarZstd {
                archive_entry_sparse_add_entry(entry, extent.start, extent.length)
            }
        case .folder:
            archive_entry_set_filetype(entry, UInt32(Glibc.S_IFDIR))
            archive_entry_set_size(entry, 0)
        case .link(let target):
            archive_entry_set_filetype(entry, UInt32(Glibc.S_IFLNK))
            archive_entry_set_size(entry, 0)
            archive_entry_copy_symlink(entry, text(target))
        case .sameAs(let first):
            archive_entry_set_filetype(entry, UInt32(Glibc.S_IFREG))
            archive_entry_copy_hardlink(entry, text(first))
        }
        if let attributes = item.attributes, keepsAttributes { add(attributes) }
        let result = archive_write_header(archive, entry)
        isSkipped = result == ARCHIVE_FAILED
        if isSkipped {
            try note("\(PackNotes.shown(item.path)): left out, as this kind of archive can't hold it (\(reason)).")
        } else if result < ARCHIVE_WARN {
            throw problem
        }
        meter.now.entries += 1
        try meter.tell()
    }

    /// Into the entry's pax header, as `SCHILY.xattr` and `SCHILY.acl`; after its permissions, which a list changes.
    private func add(_ attributes: FileAttributes) {
        for one in attributes.own {
            let name = text(Array(one.name.utf8))
            one.value.withUnsafeBytes { archive_entry_xattr_add_entry(entry, name, $0.baseAddress, $0.count) }
        }
        for (list, type) in [
            (attributes.access, ARCHIVE_ENTRY_ACL_TYPE_ACCESS), (attributes.inherited, ARCHIVE_ENTRY_ACL_TYPE_DEFAULT),
        ] {
            for one in list {
                let tag =
                    switch one.subject {
                    case .owner: ARCHIVE_ENTRY_ACL_USER_OBJ
                    case .user: ARCHIVE_ENTRY_ACL_USER
                    case .group: ARCHIVE_ENTRY_ACL_GROUP_OBJ
                    case .namedGroup: ARCHIVE_ENTRY_ACL_GROUP
                    case .mask: ARCHIVE_ENTRY_ACL_MASK
                    case .others: ARCHIVE_ENTRY_ACL_OTHER
                    }
                // Its letters are the kernel's: 4, 2 and 1.
                let id = one.subject == .user || one.subject == .namedGroup ? Int32(bitPattern: one.id) : -1
                archive_entry_acl_add_entry(entry, type, Int32(one.permissions), tag, id, nil)
            }
        }
    }

    /// libarchive marks names of a zip as UTF-8 when that is the locale's encoding, and then readers refuse others.
    private func useLocale(for path: [UInt8]) {
        guard format == .zip else { return }
        let fits = String(validating: path, as: UTF8.self) != nil
        if fits != isUTF8 { setlocale(LC_CTYPE, fits ? "C.UTF-8" : "C") }
        isUTF8 = fits
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(PackFailure) {
        guard !isSkipped else { return }
        var rest = bytes
        while !rest.isEmpty {
            let count = archive_write_data(archive, rest.baseAddress, rest.count)
            if count < 0 { throw problem }
            // It takes no more than the size that the entry said.
            if count == 0 { return }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            meter.now.bytes += Int64(count)
        }
        try meter.tell()
    }

    func writeHole(_ count: Int64) throws(PackFailure) {
        var rest = count
        while rest > 0 {
            let length = Int(min(rest, Int64(Self.zeros.count)))
            do {
                try Self.zeros.withUnsafeBytes { try write(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
            } catch {
                throw error as? PackFailure ?? problem
            }
            rest -= Int64(length)
        }
    }

    func end() throws(PackFailure) {
        if archive_write_finish_entry(archive) < ARCHIVE_WARN { throw problem }
    }

    func note(_ text: String) throws(PackFailure) { notes.add(text) }

    /// Ends the archive.
    func close() throws(PackFailure) {
        if archive_write_close(archive) < ARCHIVE_WARN { throw problem }
        try meter.tell(isLast: true)
    }

    private func text(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

    private func check(_ result: Int32) throws(PackFailure) {
        if result < ARCHIVE_WARN { throw problem }
    }

    private var reason: String { archive_error_string(archive).map { String(cString: $0) } ?? "no reason given" }
    private var problem: PackFailure { output.failure ?? .failed(reason) }
}
