/// A number of processors, in steps of a hundredth.
public struct ProcessorCount: Hashable, Sendable {
    /// How many hundredths of a processor.
    public let hundredths: Int

    /// Counts hundredths; less than a tenth of a processor counts as that.
    public init(hundredths: Int) {
        self.hundredths = max(10, hundredths)
    }

    /// Reads a number such as `2` or `0.5`; nil when it isn't one from 0.1 to 10000.
    public init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }),
            parts[0].count <= 5, parts.count == 1 || parts[1].count <= 2, let whole = Int(parts[0])
        else { return nil }
        let decimals = parts.count == 2 ? parts[1] + (parts[1].count == 1 ? "0" : "") : "00"
        guard let rest = Int(decimals), (10...1_000_000).contains(whole * 100 + rest) else { return nil }
        hundredths = whole * 100 + rest
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    /// The same as a number.
    public var value: Double { Double(hundredths) / 100 }
}

extension ProcessorCount: CustomStringConvertible {
    /// The number without needless digits, `0.5`.
    public var description: String {
        let rest = hundredths % 100
        if rest == 0 { return "\(hundredths / 100)" }
        let digits = rest % 10 == 0 ? "\(rest / 10)" : (rest < 10 ? "0\(rest)" : "\(rest)")
        return "\(hundredths / 100).\(digits)"
    }
}

extension ProcessorCount: SettingText {
    static let expected = "a number of processors from 0.1 to 10000, such as 2 or 0.5"
    static let kind = "number of processors"
}
