extension InstanceSettings {
    /// What stands in one field of a form: a text, or what was ticked.
    public enum Field: Sendable, Equatable {
        case text(String)
        case list([String])
    }

    /// Reads settings from the fields of a form, each called as its key in `carrel.yaml` and held to the same rules.
    ///
    /// - Parameters:
    ///   - name: the instance's name.
    ///   - base: what holds for the keys that aren't among the fields; nil for the standard settings.
    ///   - fields: by key; `material.repository` names a key inside another. An empty text is as a key left out.
    /// - Returns: the settings, checked.
    /// - Throws: everything that is wrong with the fields; their file is `form` and has no lines.
    public static func read(
        name: String,
        over base: InstanceSettings? = nil,
        fields: [String: Field],
    ) throws(ConfigurationError) -> InstanceSettings {
        var reader = SettingReader(file: "form")
        var settings = base ?? InstanceSettings(name: name)
        reader.read(node(of: fields), at: "", into: &settings)
        if (try? InstanceName(name)) == nil {
            let expected = "a name of 1 to 30 characters from a to z, 0 to 9 and -, beginning with a letter"
            reader.report(at: .start, key: "name", found: SettingNode.quoted(name), expected: expected)
        }
        if reader.problems.isEmpty {
            for fault in settings.allFaults { reader.report(fault) }
        }
        guard reader.problems.isEmpty else { throw .invalid(file: "form", reader.problems) }
        return settings
    }

    private static func node(of fields: [String: Field]) -> SettingNode {
        var members: [SettingNode.Member] = []
        var inner: [String: [String: Field]] = [:]
        for (key, field) in fields.sorted(by: { $0.key < $1.key }) where field != .text("") {
            if let dot = key.firstIndex(of: ".") {
                inner[String(key[..<dot]), default: [:]][String(key[key.index(after: dot)...])] = field
            } else {
                members.append(SettingNode.Member(name: key, place: .start, value: node(of: field)))
            }
        }
        for (key, fields) in inner.sorted(by: { $0.key < $1.key }) {
            members.append(SettingNode.Member(name: key, place: .start, value: node(of: fields)))
        }
        return SettingNode(place: .start, content: .map(members))
    }

    private static func node(of field: Field) -> SettingNode {
        switch field {
        case .text(let text): SettingNode(place: .start, content: .text(text))
        case .list(let texts):
            SettingNode(
                place: .start,
                content: .list(texts.map { SettingNode(place: .start, content: .text($0)) }),
            )
        }
    }
}
