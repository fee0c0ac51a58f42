/// Collects what is wrong with a configuration while it is read, and remembers where each key stands.
struct SettingReader {
    /// The file as the operator named it.
    let file: String

    /// What is wrong, in the order it was found.
    private(set) var problems: [ConfigurationProblem] = []

    /// Where the keys of the file stand, by their full names (`proxy.listen`).
    private var places: [String: Place] = [:]

    init(file: String) {
        self.file = file
    }

    /// Notes something that is wrong.
    mutating func report(at place: Place, key: String, found: String, expected: String) {
        problems.append(
            ConfigurationProblem(
                file: file,
                line: place.line,
                column: place.column,
                key: key,
                found: found,
                expected: expected,
            )
        )
    }

    /// Notes what is wrong between keys, at the place of the key or of the nearest one that holds it.
    mutating func report(_ fault: SettingFault) {
        var name = fault.key
        while places[name] == nil, let dot = name.lastIndex(of: ".") { name = String(name[..<dot]) }
        report(at: places[name] ?? .start, key: fault.key, found: fault.found, expected: fault.expected)
    }

    /// Reads the keys of a section, leaving the defaults of those that aren't there.
    ///
    /// - Parameters:
    ///   - node: a map, or nothing.
    ///   - path: the section's full name; empty for the whole file.
    ///   - section: the defaults; receives the values.
    mutating func read<Section: SettingSection>(_ node: SettingNode, at path: String, into section: inout Section) {
        for member in members(of: node, at: path) {
            let name = Self.join(path, member.name)
            guard let key = Section.keys.first(where: { $0.name == member.name }) else {
                let hint = Suggestion.sentence(for: member.name, among: Section.keys.map(\.name), in: path)
                report(at: member.place, key: name, found: "an unknown key", expected: hint)
                continue
            }
            key.read(member.value, name, &section, &self)
        }
        for key in Section.keys {
            let name = Self.join(path, key.name)
            switch (section.standing(of: key), places[name]) {
            case (.required, nil): report(at: node.place, key: name, found: "no such key", expected: key.expected)
            case (.unfit(let expected), let place?):
                report(at: place, key: name, found: "a key without use here", expected: expected)
            default: break
            }
        }
    }

    /// The members of a map, each noted with its place; reports a second one of the same name and what isn't a map.
    mutating func members(of node: SettingNode, at path: String) -> [SettingNode.Member] {
        switch node.content {
        case .nothing:
            return []
        case .text, .list:
            report(at: node.place, key: path, found: node.found, expected: "a map of keys and values")
            return []
        case .map(let members):
            var seen: Set<String> = []
            return members.filter { member in
                let name = Self.join(path, member.name)
                guard seen.insert(member.name).inserted else {
                    report(at: member.place, key: name, found: "the key a second time", expected: "it once")
                    return false
                }
                places[name] = member.place
                return true
            }
        }
    }

    /// Whether the file has a key.
    func has(_ key: String) -> Bool { places[key] != nil }

    static func join(_ path: String, _ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
