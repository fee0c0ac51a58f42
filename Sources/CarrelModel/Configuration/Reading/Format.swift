/// How a value is written in the configuration: read, shown, compared and described.
struct Format<Value: Equatable & Sendable>: Sendable {
    /// What is expected, for messages: `a number from 1 to 64`.
    let expected: String

    /// The same in few words, for the documentation: `number, 1 to 64`.
    let kind: String

    /// The value as the file would hold it, for the documentation and the log; empty for no value.
    let show: @Sendable (Value) -> String

    /// The value of a node; nil after reporting what is wrong with it.
    let read: @Sendable (SettingNode, _ path: String, inout SettingReader) -> Value?

    /// Makes paths inside the value absolute.
    var resolve: @Sendable (inout Value, PathBase) -> Void = { _, _ in }

    /// What is wrong between the parts of a value.
    var faults: @Sendable (Value) -> [SettingFault] = { _ in [] }

    /// The keys inside, when the value is a section.
    var members: [KeyDocument] = []

    /// What differs between two values.
    var changes: @Sendable (Value, Value) -> [ConfigurationChange]

    init(
        expected: String,
        kind: String,
        show: @escaping @Sendable (Value) -> String,
        read: @escaping @Sendable (SettingNode, _ path: String, inout SettingReader) -> Value?,
    ) {
        self.expected = expected
        self.kind = kind
        self.show = show
        self.read = read
        changes = { old, new in
            guard old != new else { return [] }
            return [ConfigurationChange(key: "", old: show(old), new: show(new), needsRestart: false)]
        }
    }

    /// A value that is written as one scalar.
    ///
    /// - Parameters:
    ///   - expected: for messages.
    ///   - kind: for the documentation.
    ///   - show: the value as the file would hold it.
    ///   - parse: the value of a text; nil when the text isn't one.
    /// - Returns: a format that refuses lists and maps.
    static func scalar(
        expected: String,
        kind: String,
        show: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) -> Value?,
    ) -> Self {
        Format(expected: expected, kind: kind, show: show) { node, path, reader in
            guard case .text(let text) = node.content, let value = parse(text) else {
                reader.report(at: node.place, key: path, found: node.found, expected: expected)
                return nil
            }
            return value
        }
    }
}
