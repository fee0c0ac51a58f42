/// A number and a unit, taken apart: `20 GB` → `20`, `GB`.
struct Measure {
    /// Digits only, before the decimal point.
    let digits: String

    /// Digits after the decimal point; empty when there is none.
    let fraction: String

    /// What follows the number, without spaces; may be empty.
    let unit: String

    /// Takes a text apart; nil when it isn't a number followed by letters.
    init?(_ text: String) {
        var rest = Substring(text)
        func digitsAhead() -> String {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            rest = rest.dropFirst(digits.count)
            return String(digits)
        }
        digits = digitsAhead()
        if rest.first == "." {
            rest = rest.dropFirst()
            fraction = digitsAhead()
            guard !fraction.isEmpty else { return nil }
        } else {
            fraction = ""
        }
        unit = String(rest.drop { $0 == " " })
        guard !digits.isEmpty, unit.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
    }
}
