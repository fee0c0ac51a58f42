/// How large the parts of a chunked upload are.
///
/// Pure: same part, same size. Nextcloud takes 10,000 parts at most, and 5 MB at least for each but the last. Every thousand parts they become larger
/// by the first's size, so that half a terabyte fits with the usual first part of 10 MiB.
struct PartSizes: Sendable {
    let first: Int

    /// The most parts.
    static let most = 10_000

    /// The bytes of a part.
    ///
    /// - Parameter number: from 1.
    /// - Returns: nil when there may be no such part.
    func size(of number: Int) -> Int? {
        number <= Self.most ? max(1, first) * (1 + (number - 1) / 1000) : nil
    }

    /// Its name: digits that sort as numbers do.
    static func name(of number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
}
