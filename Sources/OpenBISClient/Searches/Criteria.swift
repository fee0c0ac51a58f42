import Foundation

/// The criteria of a search in openBIS' words (reference 4.6).
struct Criteria {
    let kind: EntityKind
    let query: OpenBISQuery

    /// The fewest letters that a text may have.
    static let shortest = 2

    /// What is sent; nil if nothing can fit, as no space is in a project.
    var parameter: Parameter? {
        var all: [Parameter] = []
        if let place = query.place {
            guard let inside = inside(place) else { return nil }
            all += inside
        }
        if let code = query.code { all.append(Self.leaf("Code", .equal, code)) }
        if let type = query.type {
            guard kind.hasType else { return nil }
            all.append(.object(kind.criteria("Type"), ["criteria": .list([Self.leaf("Code", .equal, type)])]))
        }
        for (relation, id) in [("Parents", query.parent), ("Children", query.child)] {
            guard let id else { continue }
            guard kind.hasDescent else { return nil }
            all.append(.object(kind.criteria(relation), ["criteria": .list([Self.leaf("PermId", .equal, id)])]))
        }
        if let text = query.text?.trimmingCharacters(in: .whitespacesAndNewlines) {
            guard text.count >= Self.shortest else { return nil }
            all.append(containing(text))
        }
        return Self.every(kind, all)
    }

    // MARK: Places

    private func inside(_ place: OpenBISPlace) -> [Parameter]? {
        switch (place, kind) {
        case (.space(let code), .project): [Self.space(code)]
        case (.space(let code), .experiment): [Self.every(.project, [Self.space(code)])]
        case (.space(let code), .sample) where query.isDirect:
            [Self.space(code), Self.none(.project), Self.none(.experiment)]
        case (.space(let code), .sample): [Self.space(code)]
        case (.space(let code), .dataSet):
            [
                either([
                    Self.every(.experiment, [Self.every(.project, [Self.space(code)])]),
                    Self.every(.sample, [Self.space(code)]),
                ])
            ]
        case (.project(let id), .experiment): [Self.one(.project, id)]
        case (.project(let id), .sample) where query.isDirect: [Self.one(.project, id), Self.none(.experiment)]
        // Where objects don't belong to projects, those of a collection in one do.
        case (.project(let id), .sample):
            [either([Self.one(.project, id), Self.every(.experiment, [Self.one(.project, id)])])]
        case (.project(let id), .dataSet):
            [
                either([
                    Self.every(.experiment, [Self.one(.project, id)]), Self.every(.sample, [Self.one(.project, id)]),
                ])
            ]
        case (.experiment(let id), .dataSet) where query.isDirect: [Self.one(.experiment, id), Self.none(.sample)]
        case (.experiment(let id), .sample), (.experiment(let id), .dataSet): [Self.one(.experiment, id)]
        case (.sample(let id), .dataSet): [Self.one(.sample, id)]
        default: nil
        }
    }

    private static func space(_ code: String) -> Parameter { every(.space, [leaf("Code", .equal, code)]) }

    private static func one(_ kind: EntityKind, _ id: String) -> Parameter { every(kind, [leaf("PermId", .equal, id)]) }

    private static func none(_ kind: EntityKind) -> Parameter { .object(kind.noneCriteria) }

    private static func every(_ kind: EntityKind, _ criteria: [Parameter]) -> Parameter {
        .object(kind.criteria(), ["operator": .text("AND"), "criteria": .list(criteria)])
    }

    private func either(_ criteria: [Parameter]) -> Parameter {
        .object(kind.criteria(), ["operator": .text("OR"), "criteria": .list(criteria)])
    }

    // MARK: Texts

    private func containing(_ text: String) -> Parameter {
        if text.contains("/"), [.project, .experiment, .sample].contains(kind) {
            return Self.leaf("Identifier", .begins, (text.hasPrefix("/") ? "" : "/") + text)
        }
        var fields = [Self.leaf("Code", .contains, text), Self.leaf("PermId", .contains, text)]
        if kind.hasType {
            fields.append(.object(kind.criteria("Type"), ["criteria": .list([Self.leaf("Code", .contains, text)])]))
            fields.append(Self.leaf("StringProperty", .contains, text, property: "$NAME"))
        }
        return either(fields)
    }

    private enum Comparison: String {
        case equal = "StringEqualToValue"
        case contains = "StringContainsValue"
        case begins = "StringStartsWithValue"
    }

    private static func leaf(
        _ field: String,
        _ comparison: Comparison,
        _ text: String,
        property: String? = nil,
    ) -> Parameter {
        var members: [String: Parameter] = [
            "fieldValue": .object("as.dto.common.search.\(comparison.rawValue)", ["value": .text(text)])
        ]
        if let property {
            members["fieldName"] = .text(property)
            members["fieldType"] = .text("PROPERTY")
        }
        return .object("as.dto.common.search.\(field)SearchCriteria", members)
    }
}
