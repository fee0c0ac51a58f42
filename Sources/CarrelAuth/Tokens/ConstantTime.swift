/// Comparison whose time doesn't tell where two values differ.
public enum ConstantTime {
    /// Whether two byte sequences are the same; only their lengths can be learned from the time it takes.
    ///
    /// - Parameters:
    ///   - first: one side.
    ///   - second: the other side.
    /// - Returns: true when they are the same.
    public static func equal(_ first: some Collection<UInt8>, _ second: some Collection<UInt8>) -> Bool {
        guard first.count == second.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(first, second) { difference |= one ^ other }
        return difference == 0
    }

    /// Whether two texts are the same bytes; only their lengths can be learned from the time it takes.
    ///
    /// - Parameters:
    ///   - first: one side.
    ///   - second: the other side.
    /// - Returns: true when they are the same.
    public static func equal(_ first: String, _ second: String) -> Bool {
        equal(first.utf8, second.utf8)
    }
}
