import CarrelModel

/// A field of the form about an instance.
struct InstanceField: Sendable, Equatable {
    /// A box or a button to choose among several.
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let hint: String?
        let isChosen: Bool
    }

    let id: String
    let name: String
    let label: String
    let hint: String?
    let example: String?
    let value: String
    let longest: Int
    let isText: Bool
    let isLong: Bool
    let isTick: Bool
    let isTicked: Bool
    let isChoice: Bool
    /// The kind of `<input>` of its choices.
    let choiceType: String
    let choices: [Choice]
    /// What is wrong with it.
    let problem: String?
    /// What somebody else made of it since the form was opened.
    let meanwhile: String?
    /// The ids of what is said about it.
    let describedBy: String?

    /// Shows a key.
    ///
    /// - Parameters:
    ///   - key: which.
    ///   - value: what stands in it, as ``InstanceKey/text`` writes it.
    ///   - environments: those of the hub.
    ///   - problem: what is wrong with it.
    ///   - meanwhile: what somebody else made of it.
    init(
        _ key: InstanceKey,
        value: String,
        environments: [EnvironmentSettings],
        problem: String? = nil,
        meanwhile: String? = nil,
    ) {
        (id, name, label, hint, example) = (key.id, key.name, key.label, key.hint, key.example)
        (self.value, self.problem, self.meanwhile) = (value, problem, meanwhile)
        var (isText, isLong, isTick, longest) = (false, false, false, 4000)
        switch key.form {
        case .line(let most): (isText, longest) = (true, most)
        case .lines(let most): (isText, isLong, longest) = (true, true, most)
        case .names: isText = true
        case .tick: isTick = true
        case .kinds, .ways, .environments: break
        }
        (self.isText, self.isLong, self.isTick, self.longest) = (isText, isLong, isTick, longest)
        isTicked = isTick && !value.isEmpty
        choices = Self.choices(key.form, chosen: Set(value.split(separator: ", ").map(String.init)), environments)
        isChoice = !choices.isEmpty
        choiceType = if case .kinds = key.form { "radio" } else { "checkbox" }
        let parts = [
            hint != nil && !isTick ? "\(key.id)-hint" : nil, problem.map { _ in "\(key.id)-problem" },
            meanwhile.map { _ in "\(key.id)-meanwhile" },
        ]
        let about = parts.compactMap(\.self).joined(separator: " ")
        describedBy = about.isEmpty ? nil : about
    }

    private static func choices(
        _ form: InstanceKey.Form,
        chosen: Set<String>,
        _ environments: [EnvironmentSettings],
    ) -> [Choice] {
        switch form {
        case .line, .lines, .names, .tick: return []
        case .kinds:
            return InstanceKind.allCases.map { kind in
                Choice(
                    value: kind.rawValue,
                    label: kind.title,
                    hint: kind.hint,
                    isChosen: chosen.contains(kind.rawValue)
                )
            }
        case .ways:
            return EntryWay.allCases.map { way in
                Choice(value: way.rawValue, label: way.title, hint: way.hint, isChosen: chosen.contains(way.rawValue))
            }
        case .environments:
            let known = environments.map(\.name)
            let gone = chosen.filter { !known.contains($0) }.sorted()
            return environments.map { one in
                let hint = one.description.isEmpty ? nil : one.description
                return Choice(value: one.name, label: one.title, hint: hint, isChosen: chosen.contains(one.name))
            }
                + gone.map { Choice(value: $0, label: $0, hint: "The hub doesn’t have it any more.", isChosen: true) }
        }
    }
}

extension InstanceKind {
    /// In words, for people.
    var title: String {
        switch self {
        case .persistent: "Persistent"
        case .ephemeral: "Nothing is kept"
        case .temporary: "Until a date"
        }
    }

    fileprivate var hint: String {
        switch self {
        case .persistent: "Homes last."
        case .ephemeral: "A server’s files go with it: for demonstrations."
        case .temporary: "Homes last until the end; some time after, everything is deleted: for a course."
        }
    }
}

extension EntryWay {
    /// In words, for people.
    var title: String {
        switch self {
        case .account: "Account"
        case .group: "Group"
        case .invitation: "Invitation"
        case .code: "Code"
        case .open: "Open"
        }
    }

    fileprivate var hint: String {
        switch self {
        case .account: "Everybody with an account of this hub."
        case .group: "Members of the groups named below."
        case .invitation: "By a link from a manager, or their list of names."
        case .code: "By a code that a manager sets."
        case .open: "Without an account, where nothing is kept. For admins to allow."
        }
    }
}
