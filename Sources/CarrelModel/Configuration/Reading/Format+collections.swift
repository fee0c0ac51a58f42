extension Format {
    /// A value that may be absent, or written as one of a few words that mean so.
    ///
    /// - Parameters:
    ///   - format: how the value is written.
    ///   - words: mean that there is no value; the first is the one that is shown. Empty when the key is left out for that.
    /// - Returns: a format of the optional value.
    static func optional<Wrapped>(_ format: Format<Wrapped>, none words: [String] = []) -> Format<Wrapped?>
    where Value == Wrapped? {
        let alternatives = words.map { ", or \($0)" }.joined()
        var result = Format<Wrapped?>(
            expected: format.expected + alternatives,
            kind: format.kind + words.map { ", or `\($0)`" }.joined(),
            show: { value in value.map(format.show) ?? words.first ?? "" },
        ) { node, path, reader in
            guard !words.isEmpty else { return format.read(node, path, &reader).map { .some($0) } }
            if case .text(let text) = node.content, words.contains(text) { return .some(nil) }
            // The format's own report wouldn't name the words.
            var attempt = SettingReader(file: reader.file)
            guard let value = format.read(node, path, &attempt) else {
                let expected = format.expected + alternatives
                reader.report(at: node.place, key: path, found: node.found, expected: expected)
                return nil
            }
            return .some(value)
        }
        result.resolve = { value, base in
            guard var inner = value else { return }
            format.resolve(&inner, base)
            value = inner
        }
        result.faults = { value in value.map(format.faults) ?? [] }
        result.members = format.members
        result.changes = { old, new in
            if let old, let new { return format.changes(old, new) }
            guard old != new else { return [] }
            // A section that comes or goes changes more than any of its keys.
            let isSection = !format.members.isEmpty
            let change = ConfigurationChange(
                key: "",
                old: old.map(format.show) ?? words.first,
                new: new.map(format.show) ?? words.first,
                needsRestart: isSection,
            )
            return [change]
        }
        return result
    }

    /// A list of values, without doubles.
    ///
    /// - Parameters:
    ///   - format: how each value is written.
    ///   - count: how many there may be.
    /// - Returns: a format of the list.
    static func list<Element>(of format: Format<Element>, count: ClosedRange<Int>) -> Format<[Element]>
    where Value == [Element] {
        let expected = "a list, each item \(format.expected)"
        var result = Format<[Element]>(
            expected: expected,
            kind: "list: \(format.kind)",
            show: { "[" + $0.map(format.show).joined(separator: ", ") + "]" },
        ) { node, path, reader in
            guard case .list(let nodes) = node.content else {
                reader.report(at: node.place, key: path, found: node.found, expected: expected)
                return nil
            }
            guard count.contains(nodes.count) else {
                let limits = "\(count.lowerBound) to \(count.upperBound)"
                reader.report(at: node.place, key: path, found: "\(nodes.count) items", expected: limits)
                return nil
            }
            let values = nodes.enumerated().compactMap { index, node in format.read(node, "\(path)[\(index)]", &reader)
            }
            return values.count == nodes.count ? values : nil
        }
        result.resolve = { values, base in
            for index in values.indices { format.resolve(&values[index], base) }
        }
        result.faults = { values in
            values.indices.filter { values[..<$0].contains(values[$0]) }.map { index in
                let found = format.show(values[index]) + " twice"
                return SettingFault(key: "", found: found, expected: "it once")
            }
        }
        return result
    }
}
