/// A number of bytes, never negative.
public struct ByteCount: Hashable, Sendable {
    /// How many bytes.
    public let bytes: Int64

    /// Counts bytes; less than none counts as none.
    public init(bytes: Int64) {
        self.bytes = max(0, bytes)
    }

    /// Reads a number with a unit: `512 B`, `20 GB` (10⁹ bytes each), `1.5 GiB` (2³⁰ bytes each).
    ///
    /// - Parameter text: the space may be left out. A unit that isn't clear (`20 G`, `20 gb`) is refused.
    /// - Throws: what is wrong with it.
    public init(text: String) throws(UnitError) {
        guard let measure = Measure(text) else { throw .notASize(text) }
        guard let unit = Self.units.first(where: { $0.name == measure.unit || $0.alias == measure.unit }) else {
            let isUnclear = ["K", "M", "G", "T", "P", "KB", "MB", "GB", "TB", "PB"].contains(measure.unit.uppercased())
            throw isUnclear ? .ambiguousSize(text) : .notASize(text)
        }
        guard let whole = Int64(measure.digits) else { throw .tooLarge(text) }
        let (bytes, overflow) = whole.multipliedReportingOverflow(by: unit.bytes)
        let (sum, overflowOfSum) = try bytes.addingReportingOverflow(Self.part(measure, of: unit.bytes, in: text))
        guard !overflow, !overflowOfSum else { throw .tooLarge(text) }
        self.bytes = sum
    }

    /// The bytes of the decimals, rounded down.
    private static func part(_ measure: Measure, of unit: Int64, in text: String) throws(UnitError) -> Int64 {
        guard !measure.fraction.isEmpty else { return 0 }
        guard measure.fraction.count <= 3, let digits = Int64(measure.fraction) else { throw .notASize(text) }
        let denominator: Int64 = [10, 100, 1000][measure.fraction.count - 1]
        return unit / denominator * digits + unit % denominator * digits / denominator
    }

    /// Largest first; binary before decimal where both are near.
    private static let units: [(name: String, alias: String, bytes: Int64)] = [
        ("PiB", "PiB", 1 << 50), ("PB", "PB", 1_000_000_000_000_000),
        ("TiB", "TiB", 1 << 40), ("TB", "TB", 1_000_000_000_000),
        ("GiB", "GiB", 1 << 30), ("GB", "GB", 1_000_000_000),
        ("MiB", "MiB", 1 << 20), ("MB", "MB", 1_000_000),
        ("KiB", "KiB", 1 << 10), ("kB", "KB", 1000),
        ("B", "bytes", 1),
    ]
}

extension ByteCount: CustomStringConvertible {
    /// The size in the largest unit that gives a whole number, such as `20 GiB`; reading it gives the size back.
    public var description: String {
        guard bytes > 0 else { return "0 B" }
        for unit in Self.units where bytes % unit.bytes == 0 { return "\(bytes / unit.bytes) \(unit.name)" }
        return "\(bytes) B"
    }

    /// The size for people, rounded to one decimal: `1.2 GB`, `999 B`.
    public var rounded: String {
        for unit in Self.units where !unit.name.contains("i") && unit.bytes > 1 && bytes >= unit.bytes {
            let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded()
            let whole = Int(tenths) / 10
            return tenths.truncatingRemainder(dividingBy: 10) == 0
                ? "\(whole) \(unit.name)" : "\(whole).\(Int(tenths) % 10) \(unit.name)"
        }
        return "\(bytes) B"
    }
}

extension ByteCount: Comparable {
    /// Orders sizes by their bytes.
    public static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }
}
