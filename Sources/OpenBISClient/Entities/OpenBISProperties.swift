/// What people noted about something, by the codes of properties.
public struct OpenBISProperties: Sendable, Equatable {
    /// Codes in capitals; a property of openBIS 7 may have several values, the others exactly one.
    public let values: [String: [String]]

    /// The first value of a property; nil if it has none.
    ///
    /// - Parameter code: in any case.
    public subscript(code: String) -> String? { values[code.uppercased()]?.first }

    /// The name that people gave it; its property is `$NAME`, in some openBIS `NAME` (reference 2.7).
    public var name: String? { self["$NAME"] ?? self["NAME"] }

    init(_ value: JSONValue?) throws(Misfit) {
        var values: [String: [String]] = [:]
        for (code, value) in try value?.asMembers("properties") ?? [] {
            if value.isNull { continue }
            if let text = value.plainText {
                values[code.uppercased()] = [text]
                continue
            }
            var texts: [String] = []
            for value in try value.asList(code) {
                guard let text = value.plainText else { throw Misfit(code) }
                texts.append(text)
            }
            values[code.uppercased()] = texts
        }
        self.values = values
    }
}
