/// Ids of users or groups that Carrel gives out, `200000-299999`, each once.
public struct IDRange: Hashable, Sendable {
    /// The smallest id.
    public let first: UInt32

    /// The largest id.
    public let last: UInt32

    /// How many ids there are.
    public var count: Int { Int(last - first) + 1 }

    /// Whether an id is one of them.
    public func contains(_ uid: UInt32) -> Bool { first <= uid && uid <= last }

    /// Whether an id is in both ranges.
    func overlaps(_ other: IDRange) -> Bool { first <= other.last && other.first <= last }

    /// Reads two numbers with a hyphen between them; nil when the text isn't that.
    ///
    /// - Parameter text: from 1000 on, so that no system account is among them, and without 65534 and 65535 (`nobody`, none).
    public init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }),
            let first = UInt32(parts[0]), let last = UInt32(parts[1]),
            first >= 1000, first <= last, last < UInt32.max - 1, last < 65534 || first > 65535
        else { return nil }
        self.init(first: first, last: last)
    }

    init(first: UInt32, last: UInt32) {
        self.first = first
        self.last = last
    }
}

extension IDRange: CustomStringConvertible {
    /// The range as in the configuration.
    public var description: String { "\(first)-\(last)" }
}

extension IDRange: SettingText {
    static let expected = "FIRST-LAST, such as 200000-299999, from 1000 on and without 65534 and 65535"
    static let kind = "FIRST-LAST"
}
