extension Duration {
    /// Reads a whole number with a unit: `500ms`, `90s`, `15m`, `12h`, `30d`.
    ///
    /// - Parameter text: one number, one unit, no space needed between them.
    /// - Throws: ``UnitError/notADuration(_:)`` or ``UnitError/tooLarge(_:)``.
    public init(text: String) throws(UnitError) {
        guard let measure = Measure(text), measure.fraction.isEmpty,
            let unit = Self.units.first(where: { $0.name == measure.unit })
        else {
            throw .notADuration(text)
        }
        guard let count = Int64(measure.digits) else { throw .tooLarge(text) }
        let (milliseconds, overflow) = count.multipliedReportingOverflow(by: unit.milliseconds)
        guard !overflow else { throw .tooLarge(text) }
        self = .milliseconds(milliseconds)
    }

    /// The duration in the largest unit that gives a whole number, as it is written in the configuration: `90s`, `12h`.
    ///
    /// What is less than a millisecond is left out.
    public var text: String {
        let milliseconds = components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        guard milliseconds != 0 else { return "0s" }
        for unit in Self.units where milliseconds % unit.milliseconds == 0 {
            return "\(milliseconds / unit.milliseconds)\(unit.name)"
        }
        return "\(milliseconds)ms"
    }

    /// Largest first.
    private static let units: [(name: String, milliseconds: Int64)] = [
        ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
    ]
}
