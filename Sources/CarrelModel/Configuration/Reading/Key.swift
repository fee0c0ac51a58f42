/// A key of the configuration: reads its value, compares it and documents it.
struct Key<Section: SettingSection>: Sendable {
    /// When a new value of a key takes effect.
    enum Effect: Sendable {
        case onReload
        case afterRestart
    }

    /// Whether a key must be there.
    enum Presence: Sendable {
        case optional
        case required
    }

    let name: String
    let isRequired: Bool
    let expected: String
    private(set) var document: KeyDocument

    /// Reads a value into the section, or reports what is wrong with it.
    let read: @Sendable (SettingNode, _ path: String, inout Section, inout SettingReader) -> Void

    let resolve: @Sendable (inout Section, PathBase) -> Void
    let changes: @Sendable (Section, Section) -> [ConfigurationChange]
    let faults: @Sendable (Section) -> [SettingFault]

    /// Describes a key.
    ///
    /// - Parameters:
    ///   - name: as it is written in the file.
    ///   - property: where the value is kept; its initial value is the default.
    ///   - format: how the value is written.
    ///   - presence: whether it must be there.
    ///   - effect: when a new value takes effect.
    ///   - text: what it is for, in Markdown, for the documentation.
    init<Value>(
        _ name: String,
        _ property: any WritableKeyPath<Section, Value> & Sendable,
        _ format: Format<Value>,
        presence: Presence = .optional,
        effect: Effect = .onReload,
        _ text: String,
    ) {
        self.name = name
        isRequired = presence == .required
        expected = format.expected
        document = KeyDocument(
            name: name,
            kind: format.kind,
            defaultText: presence == .required ? nil : format.show(Section()[keyPath: property]),
            text: text,
            needsRestart: effect == .afterRestart,
            members: format.members,
        )
        read = { node, path, section, reader in
            guard let value = format.read(node, path, &reader) else { return }
            section[keyPath: property] = value
        }
        resolve = { section, base in format.resolve(&section[keyPath: property], base) }
        changes = { old, new in
            format.changes(old[keyPath: property], new[keyPath: property]).map { $0.inside(name, effect) }
        }
        faults = { section in format.faults(section[keyPath: property]).map { $0.inside(name) } }
    }

    /// The same with a further sentence in the documentation.
    func noted(_ sentence: String) -> Self {
        var copy = self
        copy.document.text += " " + sentence
        return copy
    }
}

extension ConfigurationChange {
    fileprivate func inside<Section>(_ name: String, _ effect: Key<Section>.Effect) -> Self {
        ConfigurationChange(
            key: key.isEmpty ? name : name + "." + key,
            old: old,
            new: new,
            needsRestart: needsRestart || effect == .afterRestart,
        )
    }
}

/// What the documentation says about a key.
struct KeyDocument: Sendable, Equatable {
    let name: String
    let kind: String

    /// The default as the file would hold it, empty for no value; nil when the key must be there.
    let defaultText: String?

    /// What it is for, in Markdown.
    var text: String
    let needsRestart: Bool

    /// The keys inside, when it is a section.
    let members: [KeyDocument]
}

/// From where relative paths of the configuration go.
struct PathBase: Sendable {
    /// The folder of the file, or the working directory without a file; absolute.
    let folder: String

    /// The state directory; absolute.
    let stateDirectory: String

    /// A path made absolute and rid of empty and `.` parts; `..` stays, because of symbolic links.
    static func absolute(_ path: String, in folder: String) -> String {
        let whole = path.hasPrefix("/") ? path : folder + "/" + path
        return "/" + whole.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
