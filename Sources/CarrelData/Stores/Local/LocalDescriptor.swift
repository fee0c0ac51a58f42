import Glibc

/// A file descriptor that is closed when nobody holds it any more.
final class LocalDescriptor: Sendable {
    let number: Int32

    /// Takes over what a system call gave.
    ///
    /// - Throws: what is wrong when it gave none.
    init(owning number: Int32) throws(DataFault) {
        guard number >= 0 else { throw DataFault(system: errno) }
        self.number = number
    }

    deinit { close(number) }
}

extension DataName {
    /// As system calls take it.
    var terminated: [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }
}

extension DataPath {
    /// As system calls take it, below a folder.
    var terminated: [CChar] {
        names.isEmpty ? [0x2E, 0] : names.map(\.bytes).joined(separator: [0x2F]).map { CChar(bitPattern: $0) } + [0]
    }
}
