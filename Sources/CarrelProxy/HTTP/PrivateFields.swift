/// Fields of requests that are for the default target only: what a proxy before this one says to the hub.
struct PrivateFields: Equatable, Sendable {
    /// None, for the default target itself.
    static let none = PrivateFields([])

    /// In lower case.
    private let names: [[UInt8]]

    /// - Parameter names: in any case.
    init(_ names: [String]) {
        self.names = names.map { Array($0.lowercased().utf8) }
    }

    /// Whether a field is one of them, in whatever case it came.
    @inline(__always)
    func contain(_ field: Field, in bytes: Span<UInt8>) -> Bool {
        names.isEmpty ? false : isNamed(field, in: bytes)
    }

    private func isNamed(_ field: Field, in bytes: Span<UInt8>) -> Bool {
        names.contains { name in
            guard name.count == field.nameEnd - field.nameStart else { return false }
            for index in name.indices {
                let byte = bytes[field.nameStart + index]
                // As everywhere here, `_` passes for `-`.
                let folded = byte == 0x5F ? 0x2D : ByteRules.isLetter(byte) ? byte | 0x20 : byte
                guard folded == name[index] else { return false }
            }
            return true
        }
    }
}
