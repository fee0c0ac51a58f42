import Foundation
import HTTPTypes
import Hummingbird
import OpenBISClient

/// Finding things by a part of what they are called.
extension OpenBISBrowsePages {
    /// As many letters as openBIS is asked for at least.
    private static let shortest = 2
    private static let longest = 100

    private static func typed(_ visit: OpenBISVisit) -> String {
        String((visit.form["text"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines).prefix(longest))
    }

    @Sendable func search(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let text = Self.typed(visit)
            guard text.count >= Self.shortest else {
                let problem = text.isEmpty ? nil : "Type at least two letters."
                return OpenBISBrowsePage(visit, heading: "Search", typed: text, problem: problem)
            }
            let lists = try await Self.found(text, visit)
            let isEmpty = lists.isEmpty
            return OpenBISBrowsePage(
                visit,
                heading: "Search",
                description: isEmpty ? "Nothing that you may see has “\(text)” in its id, code, type or name." : nil,
                lists: lists,
                typed: text,
            )
        }
    }

    private static func found(_ text: String, _ visit: OpenBISVisit) async throws -> [OpenBISBrowsePage.List] {
        let (session, query, count) = (visit.session, OpenBISQuery(text: text), OpenBISPart.length)
        let setsPart = visit.part(.dataset)
        let (objectsPart, collectionsPart, projectsPart) =
            (visit.part(.object), visit.part(.collection), visit.part(.project))
        async let sets = session.dataSets(query, from: setsPart.from, count: count)
        async let objects = session.samples(query, from: objectsPart.from, count: count)
        async let collections = session.experiments(query, from: collectionsPart.from, count: count)
        async let projects = session.projects(query, from: projectsPart.from, count: count)
        let lists: [OpenBISBrowsePage.List] = [
            .init(.dataset, setsPart, try await sets, empty: "") { .init($0, visit) },
            .init(.object, objectsPart, try await objects, empty: "") { .init($0, visit, isFound: true) },
            .init(.collection, collectionsPart, try await collections, empty: "") { .init($0, visit, isFound: true) },
            .init(.project, projectsPart, try await projects, empty: "") { .init($0, visit) },
        ]
        return lists.filter { $0.emptyText == nil }
    }

    // MARK: While somebody types

    /// What the page's script shows below the field.
    struct Suggestions: Encodable, Sendable {
        struct One: Encodable, Sendable {
            let kind: String
            let name: String
            let code: String
            let detail: String
            let url: String
        }

        let suggestions: [One]
        /// How many there are in all.
        let total: Int
    }

    @Sendable func suggest(_ request: Request, context: SignedInContext) async throws -> Response {
        try await answer(request, context) { visit in
            let text = Self.typed(visit)
            guard text.count >= Self.shortest else { return try .json(Suggestions(suggestions: [], total: 0)) }
            let (session, query) = (visit.session, OpenBISQuery(text: text))
            async let sets = session.dataSets(query, count: 6)
            async let objects = session.samples(query, count: 3)
            async let collections = session.experiments(query, count: 3)
            let found = (try await sets, try await objects, try await collections)
            let all =
                found.0.items.map { Suggestions.One(.dataset, .init($0, visit)) }
                + found.1.items.map { Suggestions.One(.object, .init($0, visit, isFound: true)) }
                + found.2.items.map { Suggestions.One(.collection, .init($0, visit, isFound: true)) }
            let total = found.0.total + found.1.total + found.2.total
            return try .json(Suggestions(suggestions: all, total: total))
        }
    }
}

extension OpenBISBrowsePages.Suggestions.One {
    fileprivate init(_ level: OpenBISLevel, _ row: OpenBISBrowsePage.Row) {
        kind = level.word
        name = row.name
        code = row.code ?? ""
        detail = row.detail
        url = row.url.text
    }
}
