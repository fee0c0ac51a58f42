/// The parameters of a query or form, with the ones that came twice set apart.
struct Parameters: Sendable, Equatable {
    private let values: [String: String]
    private let repeated: Set<String>

    /// Reads decoded parameters; an empty value is none (RFC 6749 §3.1).
    init(_ items: [(name: String, value: String)]) {
        var values: [String: String] = [:]
        var repeated: Set<String> = []
        for (name, value) in items {
            if values.updateValue(value, forKey: name) != nil { repeated.insert(name) }
        }
        self.values = values.filter { !$0.value.isEmpty }
        self.repeated = repeated
    }

    subscript(name: String) -> String? { values[name] }

    /// The first of these names that came twice, which RFC 6749 §3.1 forbids.
    func firstRepeated(of names: [String]) -> String? { names.first(where: repeated.contains) }
}
