/// The part of a list that a page shows.
struct OpenBISPart: Sendable, Equatable {
    /// How many there are on a page.
    static let length = 50

    /// In the address: where the list begins.
    let name: String
    let from: Int
    /// The page's address, with the places of its other lists.
    private let address: String
    private let others: String

    /// Reads a page's address.
    ///
    /// - Parameters:
    ///   - name: of the list.
    ///   - address: of the page, without a query.
    ///   - query: of the address, as it came.
    init(_ name: String, at address: String, query: String?) {
        let pairs = FormText.pairs(query ?? "")
        let number = pairs.first { $0.name == name }.flatMap { Int($0.value) } ?? 0
        self.name = name
        from = min(max(number, 0), 100_000_000)
        self.address = address
        others = pairs.filter { $0.name != name && !$0.value.isEmpty }
            .map { "\($0.name.queryValue)=\($0.value.queryValue)" }.joined(separator: "&")
    }

    /// The page with another part of the list.
    func address(from: Int) -> PageLink {
        let own = from > 0 ? "\(name)=\(from)" : ""
        let query = [others, own].filter { !$0.isEmpty }.joined(separator: "&")
        return PageLink(address + (query.isEmpty ? "" : "?" + query) + "#" + name)
    }
}

/// The steps from a part of a list to the others.
struct OpenBISPager: Sendable, Equatable {
    let text: String
    let firstURL: PageLink?
    let previousURL: PageLink?
    let nextURL: PageLink?
    let lastURL: PageLink?

    /// Nil when all are shown.
    ///
    /// - Parameters:
    ///   - part: which one is shown.
    ///   - count: how many are in it.
    ///   - total: how many there are in all.
    ///   - length: how many a part has.
    init?(_ part: OpenBISPart, count: Int, total: Int, length: Int = OpenBISPart.length) {
        guard part.from > 0 || count < total else { return nil }
        let end = part.from + count
        text =
            count == 0
            ? "There are only \(Self.grouped(total))."
            : "\(Self.grouped(part.from + 1)) to \(Self.grouped(end)) of \(Self.grouped(total))"
        let last = max(total - 1, 0) / length * length
        // Behind the end one step leads back to it.
        let previous = min(max(part.from - length, 0), last)
        firstURL = previous > 0 ? part.address(from: 0) : nil
        previousURL = part.from > 0 ? part.address(from: previous) : nil
        nextURL = count > 0 && end < total ? part.address(from: end) : nil
        lastURL = count > 0 && last > end ? part.address(from: last) : nil
    }

    /// A number with commas: `10,000`.
    static func grouped(_ number: Int) -> String {
        var digits = Array(String(abs(number)))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return (number < 0 ? "-" : "") + String(digits)
    }
}
