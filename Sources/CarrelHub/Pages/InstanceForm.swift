import CarrelModel

/// The form for a new instance, or for what can be changed of one.
struct InstanceForm: Sendable, Equatable {
    /// Fields that belong together.
    struct Part: Sendable, Equatable {
        let title: String
        let fields: [InstanceField]
        /// Whether it is shown only when it is opened.
        let isFolded: Bool
    }

    /// Something that is wrong, with the field to mend.
    struct Problem: Sendable, Equatable {
        let label: String?
        let field: PageLink?
        let text: String
    }

    let formURL: PageLink
    let isNew: Bool
    /// What was typed as the name of a new one.
    let name: String
    let nameProblem: String?
    let parts: [Part]
    /// What the fields showed when the form was opened; nil for a new one.
    let memory: String?
    let problems: [Problem]
    let problemText: String?
    let buttonText: String

    /// The form for a new one.
    ///
    /// - Parameters:
    ///   - keys: what can be set.
    ///   - name: what was typed as its name.
    ///   - draft: what was typed besides; nil for an empty form.
    ///   - environments: those of the hub.
    ///   - problems: what is wrong.
    init(
        new keys: [InstanceKey],
        name: String = "",
        draft: InstanceDraft? = nil,
        environments: [EnvironmentSettings],
        problems: [InstanceProblem] = [],
    ) {
        var standard = InstanceSettings(name: "")
        (standard.kind, standard.entry) = (.temporary, [.invitation])
        formURL = PageLink(HubPath.instances)
        (isNew, self.name) = (true, name)
        nameProblem = problems.first { $0.key == "name" }?.text
        parts = Self.parts(keys, problems, foldsRest: true) { key, problem in
            InstanceField(
                key,
                value: draft?.typed[key.name] ?? key.text(standard),
                environments: environments,
                problem: problem,
            )
        }
        memory = nil
        (self.problems, problemText) = Self.shown(problems, keys)
        buttonText = "Make it"
    }

    /// The form for what can be changed.
    ///
    /// - Parameters:
    ///   - settings: as they are now.
    ///   - keys: what can be changed.
    ///   - url: where it is sent.
    ///   - draft: what was typed; nil for what holds now.
    ///   - environments: those of the hub.
    ///   - problems: what is wrong with what was typed.
    init(
        of settings: InstanceSettings,
        keys: [InstanceKey],
        url: String,
        draft: InstanceDraft? = nil,
        environments: [EnvironmentSettings],
        problems: [InstanceProblem] = [],
    ) {
        formURL = PageLink(url)
        (isNew, name, nameProblem) = (false, "", nil)
        parts = Self.parts(keys, problems, foldsRest: false) { key, problem in
            let merged = draft.map { InstanceMerge(key, $0, now: key.text(settings)) }
            return InstanceField(
                key,
                value: merged?.value ?? key.text(settings),
                environments: environments,
                problem: problem,
                meanwhile: merged?.note,
            )
        }
        memory = InstanceDraft.memory(of: settings, keys: keys)
        (self.problems, problemText) = Self.shown(problems, keys)
        buttonText = "Save"
    }

    private static func parts(
        _ keys: [InstanceKey],
        _ problems: [InstanceProblem],
        foldsRest: Bool,
        field: (InstanceKey, String?) -> InstanceField,
    ) -> [Part] {
        InstanceKey.Part.allCases.compactMap { part in
            let fields = keys.filter { $0.part == part }.map { key in
                field(key, problems.first { $0.key == key.name }?.text)
            }
            guard !fields.isEmpty else { return nil }
            let isRest = part == .limits || part == .contents
            return Part(
                title: part.rawValue,
                fields: fields,
                isFolded: foldsRest && isRest && fields.allSatisfy { $0.problem == nil },
            )
        }
    }

    private static func shown(
        _ problems: [InstanceProblem],
        _ keys: [InstanceKey],
    ) -> (problems: [Problem], text: String?) {
        let shown = problems.map { problem in
            let key = keys.first { $0.name == problem.key }
            let isName = problem.key == "name"
            return Problem(
                label: key?.label ?? (isName ? "Name" : nil),
                field: key.map { PageLink(fragment: $0.id) } ?? (isName ? PageLink(fragment: "name") : nil),
                text: problem.text,
            )
        }
        return (shown, shown.isEmpty ? nil : "Nothing is saved yet.")
    }
}

/// What becomes of one field when somebody else may have changed its value since the form was opened.
struct InstanceMerge: Equatable {
    /// What stands in the field.
    let value: String
    /// What is said about it; nil when nothing happened to it.
    let note: String?

    init(_ key: InstanceKey, _ draft: InstanceDraft, now: String) {
        let typed = draft.typed[key.name] ?? ""
        guard let was = draft.was?[key.name], was != now else {
            (value, note) = (typed, nil)
            return
        }
        guard typed != was else {
            (value, note) = (now, "Somebody changed this meanwhile. It was \(Self.quoted(was)).")
            return
        }
        value = typed
        note =
            typed == now
            ? nil
            : "Somebody made this \(Self.quoted(now)) meanwhile. What you typed still stands here; save to put it in its place."
    }

    private static func quoted(_ text: String) -> String { text.isEmpty ? "empty" : "“\(text)”" }
}
