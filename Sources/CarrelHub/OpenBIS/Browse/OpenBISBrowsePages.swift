import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import OpenBISClient

/// What somebody may see at an openBIS, from its spaces down to a dataset's files.
///
/// All is asked with the person's own token, which never leaves the hub by these pages.
struct OpenBISBrowsePages {
    let desk: OpenBISDesk
    let pages: PageResponder
    let files: OpenBISFileLists
    let turns = OpenBISTurns()

    init(desk: OpenBISDesk, pages: PageResponder, work: any BlockingWork) {
        self.desk = desk
        self.pages = pages
        files = OpenBISFileLists(work: work, now: desk.identities.now)
    }

    var inquiry: OpenBISInquiry { OpenBISInquiry(desk: desk) }

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        let one = "openbis/:authenticator"
        return RouteCollection(context: SignedInContext.self)
            .get("openbis", use: choice)
            .get(RouterPath(one), use: spaces)
            .get(RouterPath("\(one)/space/:id"), use: space)
            .get(RouterPath("\(one)/project"), use: projectByPath)
            .get(RouterPath("\(one)/project/:id"), use: project)
            .get(RouterPath("\(one)/collection/:id"), use: collection)
            .get(RouterPath("\(one)/object/:id"), use: object)
            .get(RouterPath("\(one)/dataset/:id"), use: dataSet)
            .get(RouterPath("\(one)/dataset/:id/view"), use: viewFile)
            .get(RouterPath("\(one)/dataset/:id/file"), use: download)
            .get(RouterPath("\(one)/dataset/:id/picture"), use: picture)
            .get(RouterPath("\(one)/search"), use: search)
            .get(RouterPath("\(one)/suggest"), use: suggest)
    }

    // MARK: Which openBIS

    @Sendable private func choice(_ request: Request, context: SignedInContext) async throws -> Response {
        try OpenBISDoor.page.check(request)
        guard !desk.all.isEmpty else { throw HubError.noSuchPage(request.uri.path) }
        let ties = try await desk.ties(of: context.user)
        if desk.all.count == 1, let only = ties.first, only.grant?.usable != nil {
            return .redirect(to: OpenBISPlaces(name: only.settings.name).top, type: .found)
        }
        let page = OpenBISChoicePage(desk.all, ties)
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    // MARK: Levels

    @Sendable private func spaces(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let part = visit.part(.space)
            let spaces = try await visit.session.spaces(from: part.from, count: OpenBISPart.length)
            return OpenBISBrowsePage(
                visit,
                heading: visit.title,
                notebook: visit.places.newNotebook(),
                lists: [
                    .init(.space, part, spaces, empty: "You may see no space here.") { .init($0, visit) }
                ],
            )
        }
    }

    @Sendable private func space(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let session = visit.session
            let (projectsPart, objectsPart) = (visit.part(.project), visit.part(.object))
            let space = try await session.space(visit.id)
            let query = OpenBISQuery(in: .space(space.code), isDirect: true)
            async let projects = session.projects(query, from: projectsPart.from, count: OpenBISPart.length)
            async let objects = session.samples(query, from: objectsPart.from, count: OpenBISPart.length)
            var lists: [OpenBISBrowsePage.List] = [
                .init(.project, projectsPart, try await projects, empty: "There are no projects in this space.") {
                    .init($0, visit)
                }
            ]
            let own = try await objects
            if own.total > 0 {
                lists.append(
                    .init(.object, title: "Objects in no project", objectsPart, own, empty: "") { .init($0, visit) }
                )
            }
            return OpenBISBrowsePage(
                visit,
                .space,
                heading: space.code,
                notebook: visit.places.newNotebook(.space, space.code),
                description: space.description,
                lists: lists,
            )
        }
    }

    @Sendable private func projectByPath(_ request: Request, context: SignedInContext) async throws -> Response {
        try await answer(request, context) { visit in
            let typed = visit.form["path"] ?? ""
            let id = try OpenBISEntityID(typed.hasPrefix("/") ? typed : "/" + typed)
            let project = try await visit.session.project(id)
            return .redirect(to: visit.places.page(.project, project.permID), type: .found)
        }
    }

    @Sendable private func project(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let session = visit.session
            let (collectionsPart, objectsPart) = (visit.part(.collection), visit.part(.object))
            let project = try await session.project(.permID(visit.id))
            let query = OpenBISQuery(in: .project(project.permID), isDirect: true)
            async let collections = session.experiments(query, from: collectionsPart.from, count: OpenBISPart.length)
            async let objects = session.samples(query, from: objectsPart.from, count: OpenBISPart.length)
            let none = "There are no collections in this project."
            var lists: [OpenBISBrowsePage.List] = [
                .init(.collection, collectionsPart, try await collections, empty: none) { .init($0, visit) }
            ]
            let own = try await objects
            if own.total > 0 {
                let title = "Objects in no collection"
                lists.append(.init(.object, title: title, objectsPart, own, empty: "") { .init($0, visit) })
            }
            return OpenBISBrowsePage(
                visit,
                .project,
                heading: project.code,
                crumbs: OpenBISBrowsePage.Crumb.above(project.identifier, visit.places),
                notebook: visit.places.newNotebook(.project, project.permID),
                description: project.description,
                facts: [.init("Path", project.identifier), .init("Permanent id", project.permID)],
                lists: lists,
            )
        }
    }

    @Sendable private func collection(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let session = visit.session
            let (objectsPart, setsPart) = (visit.part(.object), visit.part(.dataset))
            let found = try await session.experiment(.permID(visit.id))
            let query = OpenBISQuery(in: .experiment(found.permID))
            async let objects = session.samples(query, from: objectsPart.from, count: OpenBISPart.length)
            async let dataSets = session.dataSets(query, from: setsPart.from, count: OpenBISPart.length)
            var facts: [OpenBISBrowsePage.Fact] = [
                .init("Type", found.type), .init("Path", found.identifier), .init("Permanent id", found.permID),
            ]
            if let date = found.registered { facts.append(.init("Registered", TimeText(date, now: visit.now))) }
            return OpenBISBrowsePage(
                visit,
                .collection,
                heading: found.properties.title(or: found.code),
                crumbs: OpenBISBrowsePage.Crumb.above(found.identifier, visit.places),
                notebook: visit.places.newNotebook(.collection, found.permID),
                facts: facts + OpenBISBrowsePage.Fact.all(found.properties),
                lists: [
                    .init(.object, objectsPart, try await objects, empty: "There are no objects in this collection.") {
                        .init($0, visit)
                    },
                    .init(
                        .dataset,
                        title: "Datasets, those of its objects too",
                        setsPart,
                        try await dataSets,
                        empty: "There are no datasets in this collection."
                    ) { .init($0, visit) },
                ],
            )
        }
    }

    @Sendable private func object(_ request: Request, context: SignedInContext) async throws -> Response {
        try await show(request, context) { visit in
            let (session, places, part) = (visit.session, visit.places, visit.part(.dataset))
            let found = try await session.sample(.permID(visit.id))
            let query = OpenBISQuery(in: .sample(found.permID))
            let dataSets = try await session.dataSets(query, from: part.from, count: OpenBISPart.length)
            var facts: [OpenBISBrowsePage.Fact] = [
                .init("Type", found.type), .init("Path", found.identifier), .init("Permanent id", found.permID),
            ]
            if let date = found.registered { facts.append(.init("Registered", TimeText(date, now: visit.now))) }
            let collection = found.experiment.map { [OpenBISBrowsePage.Crumb(.collection, $0, places)] } ?? []
            return OpenBISBrowsePage(
                visit,
                .object,
                heading: found.properties.title(or: found.code),
                crumbs: OpenBISBrowsePage.Crumb.above(found.identifier, places) + collection,
                notebook: places.newNotebook(.object, found.permID),
                facts: facts + OpenBISBrowsePage.Fact.all(found.properties),
                lists: [
                    .init(.dataset, part, dataSets, empty: "There are no datasets of this object.") {
                        .init($0, visit, showsOwner: false)
                    }
                ],
            )
        }
    }

    // MARK: Answers

    /// A page, or why there is none.
    func show<Shown: Page>(
        _ request: Request,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
        _ page: @escaping @Sendable (OpenBISVisit) async throws -> Shown,
    ) async throws -> Response {
        let pages = pages
        return try await answer(request, context) { visit in
            try pages.page(try await page(visit), status: status, for: context.user, xsrf: context.xsrf)
        }
    }

    /// An answer, or the page that says how to get a token.
    func answer(
        _ request: Request,
        _ context: SignedInContext,
        at door: OpenBISDoor = .page,
        _ work: @escaping @Sendable (OpenBISVisit) async throws -> Response,
    ) async throws -> Response {
        do {
            return try await inquiry.ask(request, context, at: door, work)
        } catch OpenBISAbsence.notConnected {
            let page = OpenBISChoicePage(desk.all, try await desk.ties(of: context.user))
            return try pages.page(page, status: .forbidden, for: context.user, xsrf: context.xsrf)
        } catch OpenBISAbsence.ended {
            guard let settings = desk.settings(context.parameters.get("authenticator") ?? "") else {
                throw HubError.noSuchPage(request.uri.path)
            }
            let page = OpenBISEndedPage(settings, next: request.uri.string)
            return try pages.page(page, status: .forbidden, for: context.user, xsrf: context.xsrf)
        }
    }
}
