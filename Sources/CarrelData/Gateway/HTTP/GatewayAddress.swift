/// Paths of the tree as they stand in addresses.
struct GatewayAddress: Sendable {
    /// What all addresses begin with: begins and ends with `/`.
    let prefix: String

    /// The path in a request's target, such as `/dav/home/a%20b?x`; nil for one that isn't below the prefix or can't be a path.
    func path(ofTarget target: some StringProtocol) -> DataPath? {
        let address = target.utf8.prefix { $0 != UInt8(ascii: "?") }
        guard !address.contains(UInt8(ascii: "#")) else { return nil }
        let whole = Array(address)
        let prefix = Array(prefix.utf8)
        if whole.elementsEqual(prefix.dropLast()) { return .root }
        guard whole.starts(with: prefix) else { return nil }
        var names: [DataName] = []
        for part in whole.dropFirst(prefix.count).split(separator: UInt8(ascii: "/")) {
            guard names.count < Self.deepest, let bytes = Self.decode(part), let name = DataName(bytes: bytes) else {
                return nil
            }
            names.append(name)
        }
        return DataPath(names)
    }

    /// The path in an absolute address or a path, as in the fields `Destination` and `If`.
    ///
    /// Scheme and host don't count: proxies change them, and no client asks one server to write to another.
    func path(ofAddress address: some StringProtocol) -> DataPath? {
        if address.hasPrefix("/") { return path(ofTarget: address) }
        let rest = address.utf8
        guard let colon = rest.firstIndex(of: UInt8(ascii: ":")),
            ["http", "https"].contains(address[..<colon].lowercased()),
            address[address.index(after: colon)...].hasPrefix("//")
        else { return nil }
        let authority = rest[rest.index(colon, offsetBy: 3)...]
        guard let slash = authority.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        return path(ofTarget: address[slash...])
    }

    /// The address of a path; a folder's ends with `/`.
    func address(of path: DataPath, isFolder: Bool) -> String {
        var text = prefix
        for (index, name) in path.names.enumerated() {
            if index > 0 { text += "/" }
            text += Self.encode(name.bytes)
        }
        return isFolder && !path.names.isEmpty ? text + "/" : text
    }

    /// No path is deeper.
    static let deepest = 128
    private static let digits = [UInt8]("0123456789ABCDEF".utf8)

    /// Bytes with all but letters, digits and `-._~` as `%` and two digits (RFC 3986 §2.1).
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                text.append(byte)
            default: text += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes behind such text, decoded once; nil when an escape is broken.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = text.makeIterator()
        while let byte = rest.next() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.next().flatMap(digit), let low = rest.next().flatMap(digit) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(UnicodeScalar(byte)).isASCII ? Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init) : nil
    }
}
