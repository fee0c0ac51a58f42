extension Format where Value: SettingSection {
    /// A map of keys.
    static var section: Self {
        var format = Format(
            expected: "a map of keys and values",
            kind: "map",
            show: { _ in "given" },
        ) { node, path, reader in
            var section = Value()
            reader.read(node, at: path, into: &section)
            return section
        }
        format.resolve = { section, base in section.resolvePaths(base) }
        format.faults = { $0.allFaults }
        format.members = Value.keys.map(\.document)
        format.changes = { Value.changes(from: $0, to: $1) }
        return format
    }
}

extension Format {
    /// A map from names that the operator chooses to sections; the order of the file is kept.
    static func sections<Section: NamedSettingSection>() -> Format<[Section]> where Value == [Section] {
        var format = Format<[Section]>(
            expected: "a map of names and their keys",
            kind: "map of names",
            show: { $0.map(\.name).joined(separator: ", ") },
        ) { node, path, reader in
            let members = reader.members(of: node, at: path)
            return members.compactMap { member in
                let name = SettingReader.join(path, member.name)
                guard !member.name.isEmpty, (try? ServerName(member.name)) != nil else {
                    let expected = "a name of 1 to 30 characters from a to z, 0 to 9 and -, beginning with a letter"
                    reader.report(at: member.place, key: name, found: "such a name", expected: expected)
                    return nil
                }
                var section = Section(name: member.name)
                reader.read(member.value, at: name, into: &section)
                return section
            }
        }
        format.resolve = { sections, base in
            for index in sections.indices { sections[index].resolvePaths(base) }
        }
        format.faults = { sections in
            sections.flatMap { section in section.allFaults.map { $0.inside(section.name) } }
        }
        format.members = Section.keys.map(\.document)
        format.changes = { old, new in changes(from: old, to: new) }
        return format
    }

    private static func changes<Section: NamedSettingSection>(
        from old: [Section],
        to new: [Section],
    ) -> [ConfigurationChange] {
        let names = old.map(\.name) + new.map(\.name).filter { name in !old.contains { $0.name == name } }
        let inside = names.flatMap { name -> [ConfigurationChange] in
            switch (old.first { $0.name == name }, new.first { $0.name == name }) {
            case (let old?, let new?):
                return Section.changes(from: old, to: new).map { $0.inside(name) }
            case (let old, let new):
                let change = ConfigurationChange(key: name, old: old?.name, new: new?.name, needsRestart: false)
                return [change]
            }
        }
        let isReordered = inside.isEmpty && old != new
        let order = ConfigurationChange(
            key: "",
            old: old.map(\.name).joined(separator: ", "),
            new: new.map(\.name).joined(separator: ", "),
            needsRestart: false,
        )
        return isReordered ? [order] : inside
    }
}

extension ConfigurationChange {
    fileprivate func inside(_ name: String) -> Self {
        ConfigurationChange(
            key: key.isEmpty ? name : name + "." + key,
            old: old,
            new: new,
            needsRestart: needsRestart,
        )
    }
}

extension Format where Value == [String: String] {
    /// A map of environment variables; their values are never shown.
    static var variables: Self {
        Format(
            expected: "a map of names and texts",
            kind: "map: name to text",
            show: { $0.keys.sorted().joined(separator: ", ") },
        ) { node, path, reader in
            var result: [String: String] = [:]
            for member in reader.members(of: node, at: path) {
                let name = SettingReader.join(path, member.name)
                guard let fault = VariableName.fault(in: member.name) else {
                    guard case .text(let text) = member.value.content, !text.unicodeScalars.contains("\0") else {
                        reader.report(at: member.value.place, key: name, found: "no text", expected: "text")
                        continue
                    }
                    result[member.name] = text
                    continue
                }
                reader.report(at: member.place, key: name, found: "such a name", expected: fault)
            }
            return result
        }
    }
}

/// Which environment variables the configuration may set.
enum VariableName {
    /// What is expected instead of a name; nil when the name is good.
    static func fault(in name: String) -> String? {
        let characters = name.unicodeScalars
        let isPlain = characters.allSatisfy { $0 == "_" || $0.isASCII && $0.properties.isAlphabetic || isDigit($0) }
        guard let first = characters.first, isPlain, !isDigit(first), name.count <= 100 else {
            return "letters, digits and _, beginning with no digit"
        }
        guard !["JUPYTERHUB_", "JPY_"].contains(where: name.hasPrefix) else { return "a name that the hub doesn't set" }
        let words = name.uppercased().split(separator: "_").map(String.init)
        guard !words.contains(where: ["TOKEN", "PASSWORD", "PASSWD", "SECRET"].contains) else {
            return "no secrets: a variable can be read by everybody who uses the environment"
        }
        return nil
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
