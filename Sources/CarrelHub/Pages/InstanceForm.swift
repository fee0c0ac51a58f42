import CarrelModel
import Foundation

/// The form for a new instance, with what was typed last.
struct InstanceForm: Sendable, Equatable {
    /// A box or a button to choose among several.
    struct Choice: Sendable, Equatable {
        let value: String
        let label: String
        let hint: String
        let isChosen: Bool
    }

    let url = PageLink(HubPath.instances)
    let name: String
    let heading: String
    let description: String
    let kinds: [Choice]
    let ways: [Choice]
    let groups: String
    let managers: String
    let ends: String
    let capacity: String
    let places: String
    let quota: String
    let idleLimit: String
    let repository: String
    let handOut: Bool
    let handIn: String

    /// Shows a form as it was sent, or an empty one.
    init(typed: FormText? = nil) {
        func text(_ name: String) -> String { typed?.pairs.first { $0.name == name }?.value ?? "" }
        name = text("name")
        heading = text("title")
        description = text("description")
        let kind = typed.map { _ in text("kind") } ?? InstanceKind.temporary.rawValue
        kinds = InstanceKind.allCases.map { Choice($0, isChosen: $0.rawValue == kind) }
        let chosen = typed.map { form in Set(form.pairs.filter { $0.name == "entry" }.map(\.value)) } ?? ["invitation"]
        ways = EntryWay.allCases.map { Choice($0, isChosen: chosen.contains($0.rawValue)) }
        groups = text("groups")
        managers = text("managers")
        ends = text("ends")
        capacity = text("capacity")
        places = text("places")
        quota = text("quota")
        idleLimit = text("idleLimit")
        repository = text("material.repository")
        handOut = typed?.pairs.contains { $0.name == "handOut" } ?? false
        handIn = text("handIn")
    }

    /// The texts that are taken as they are typed, each called as its key.
    private static let texts = [
        "title", "description", "kind", "ends", "capacity", "places", "quota", "idleLimit", "handIn",
        "material.repository", "material.branch",
    ]

    /// The settings that a form describes.
    ///
    /// - Throws: everything that is wrong with it.
    static func settings(of form: FormText, name: String) throws(ConfigurationError) -> InstanceSettings {
        func text(_ name: String) -> String {
            (form.pairs.first { $0.name == name }?.value ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        }
        var fields: [String: InstanceSettings.Field] = [:]
        for key in texts { fields[key] = .text(text(key)) }
        for key in ["groups", "managers"] {
            let names = text(key).split(whereSeparator: { $0 == "," || $0.isNewline })
                .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
            fields[key] = .list(names)
        }
        fields["entry"] = .list(form.pairs.filter { $0.name == "entry" }.map(\.value))
        fields["handOut"] = .text(text("handOut").isEmpty ? "false" : "true")
        return try InstanceSettings.read(name: name, fields: fields)
    }
}

extension InstanceForm.Choice {
    init(_ kind: InstanceKind, isChosen: Bool) {
        let hint =
            switch kind {
            case .persistent: "Homes last."
            case .ephemeral: "A server’s files go with it: for demonstrations."
            case .temporary: "Homes last until the end; some time after, everything is deleted: for a course."
            }
        self.init(value: kind.rawValue, label: kind.title, hint: hint, isChosen: isChosen)
    }

    init(_ way: EntryWay, isChosen: Bool) {
        let (label, hint) =
            switch way {
            case .account: ("Account", "Everybody with an account of this hub.")
            case .group: ("Group", "Members of the groups named below.")
            case .invitation: ("Invitation", "By a link from a manager, or their list of names.")
            case .code: ("Code", "By a code that a manager sets.")
            case .open: ("Open", "Without an account, where nothing is kept.")
            }
        self.init(value: way.rawValue, label: label, hint: hint, isChosen: isChosen)
    }
}

extension ConfigurationError {
    /// What is wrong with a form, in sentences without places.
    var formText: String {
        guard case .invalid(_, let problems) = self else { return message }
        return problems.map { "\($0.key): found \($0.found), expected \($0.expected)." }.joined(separator: " ")
    }
}
