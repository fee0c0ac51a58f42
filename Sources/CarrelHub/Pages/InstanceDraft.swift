import CarrelModel
import Foundation

/// Settings of an instance as somebody typed them into a form, which nobody has checked yet.
struct InstanceDraft: Sendable, Equatable {
    /// What was typed for each key that the form has, in one writing.
    let typed: [String: String]
    /// What the fields showed when the form was opened; nil when it doesn't say.
    let was: [String: String]?

    /// Reads the fields of the keys that somebody may change; others are left alone, whoever sent them.
    init(_ form: FormText, keys: [InstanceKey]) {
        func first(_ name: String) -> String { form.pairs.first { $0.name == name }?.value ?? "" }
        var typed: [String: String] = [:]
        for key in keys {
            let text = first(key.name).replacing("\r\n", with: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
            typed[key.name] =
                switch key.form {
                case .line, .lines, .kinds: text
                case .tick: text.isEmpty ? "" : "true"
                case .names: Self.names(text).joined(separator: ", ")
                case .ways, .environments:
                    form.pairs.filter { $0.name == key.name }.map(\.value).joined(separator: ", ")
                }
        }
        self.typed = typed
        was = try? JSONDecoder().decode([String: String].self, from: Data(first("was").utf8))
    }

    /// What the form keeps of the settings that it was opened with.
    static func memory(of settings: InstanceSettings, keys: [InstanceKey]) -> String {
        let texts = Dictionary(keys.map { ($0.name, $0.text(settings)) }, uniquingKeysWith: { first, _ in first })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(texts)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Whether the settings have been changed since the form was opened.
    func isOutdated(by now: InstanceSettings, keys: [InstanceKey]) -> Bool {
        guard let was else { return true }
        return keys.contains { was[$0.name] != $0.text(now) }
    }

    /// The settings that are meant, checked as those of `carrel.yaml` are.
    ///
    /// - Parameters:
    ///   - name: the instance's.
    ///   - base: what holds for the keys that the form doesn't have; nil for the standard settings.
    ///   - keys: those that it has. An empty field stands for the standard.
    /// - Returns: the settings, checked.
    /// - Throws: everything that is wrong.
    func settings(
        name: String,
        over base: InstanceSettings?,
        keys: [InstanceKey],
    ) throws(ConfigurationError) -> InstanceSettings {
        var rest = base ?? InstanceSettings(name: name)
        let standard = InstanceSettings(name: name)
        let folder = rest.material?.folder
        for key in keys { key.copy(standard, &rest) }
        // One that becomes of another kind has no end any more.
        if let kind = typed["kind"], kind != InstanceKind.temporary.rawValue { rest.ends = nil }
        var fields: [String: InstanceSettings.Field] = [:]
        for key in keys {
            let text = typed[key.name] ?? ""
            fields[key.name] = key.isList ? .list(Self.names(text)) : .text(text)
        }
        var settings = try InstanceSettings.read(name: name, over: rest, fields: fields)
        if let folder { settings.material?.folder = folder }
        return settings
    }

    private static func names(_ text: String) -> [String] {
        text.split(whereSeparator: { $0 == "," || $0.isNewline })
            .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}

/// What is wrong with a setting that was typed, in words.
struct InstanceProblem: Error, Sendable, Equatable {
    /// The key; empty for the whole.
    let key: String
    let text: String

    init(_ key: String, _ text: String) {
        (self.key, self.text) = (key, text)
    }

    /// What a check of the configuration found; a problem of an item in a list is that of its key.
    init(_ problem: ConfigurationProblem) {
        let name = problem.key.prefix { $0 != "[" }
        key = name == "material" ? "material.repository" : String(name)
        text =
            key == "entry" && problem.found == "0 items"
            ? "Tick one or more." : "Found \(problem.found), expected \(problem.expected)."
    }
}
