/// The first two numbers of IPv4 addresses that belong to servers, as in `10.78`.
public struct AddressBlock: Hashable, Sendable {
    /// The two numbers with a dot between them.
    public let text: String

    /// Reads two numbers; nil when they aren't the beginning of a private network (RFC 1918, RFC 6598).
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.count <= 3 && part.allSatisfy({ ("0"..."9").contains($0) }) && (part == "0" || part.first != "0")
                ? Int(part) : nil
        }
        guard parts.count == 2, numbers.count == 2, numbers.allSatisfy({ $0 <= 255 }) else { return nil }
        let isPrivate =
            switch (numbers[0], numbers[1]) {
            case (10, _), (192, 168), (172, 16...31), (100, 64...127): true
            default: false
            }
        guard isPrivate else { return nil }
        self.text = text
    }

    /// The usual block.
    init() {
        text = "10.78"
    }
}

extension AddressBlock: CustomStringConvertible {
    /// The block as it is written.
    public var description: String { text }
}

extension AddressBlock: SettingText {
    static let expected = "the first two numbers of private IPv4 addresses, such as 10.78"
    static let kind = "beginning of an IPv4 address"
}
