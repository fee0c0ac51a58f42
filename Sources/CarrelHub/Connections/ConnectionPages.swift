import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page about one's connections to data sources.
struct ConnectionPages {
    let desk: ConnectionDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("connections", use: show)
            .post("connections/:source", use: connect)
            .post("connections/:source/test", use: test)
            .post("connections/:source/remove", use: remove)
            .post("connections/:source/conflicts", use: conflictsSeen)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let overview = try await desk.overview(of: context.user)
        let source = request.uri.queryParameters["source"].map(String.init)
        let entry = overview.entries.first { $0.source.name == source }
        let notice = request.uri.queryParameters["done"].flatMap { done in
            entry.flatMap { Self.notice(String(done), $0) }
        }
        return try page(context, overview, notice: notice)
    }

    @Sendable private func connect(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.parameters.require("source")
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let typed = ConnectionForm(
            userName: form["user"],
            secret: form["secret"],
            remember: form["remember"] != nil,
        )
        do {
            let entry = try await desk.entry(name, of: context.user)
            guard entry.isOffered else { throw ConnectionRefusal.notOffered }
            if typed.isEmpty, entry.connection == nil { throw ConnectionRefusal.secretMissing }
            let outcome = try await desk.take(typed, for: entry.source, of: context.user)
            context.logger.info("connection.changed", metadata: ["source": "\(name)", "outcome": "\(outcome.code)"])
            return Self.back(to: name, done: outcome.code)
        } catch let refusal as ConnectionRefusal where refusal != .notOffered {
            context.logger.info("connection.refused", metadata: ["source": "\(name)", "reason": "\(refusal.code)"])
            let said = ConnectionsPage.Typed(
                source: name,
                userName: typed.userName,
                remember: typed.remember,
                problem: refusal.words,
            )
            return try page(
                context,
                try await desk.overview(of: context.user),
                typed: said,
                status: ErrorResponse.status(of: refusal),
            )
        }
    }

    @Sendable private func test(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.parameters.require("source")
        do {
            let state = try await desk.test(try await desk.entry(name, of: context.user), of: context.user)
            return Self.back(to: name, done: state.isUsable ? "works" : "fails")
        } catch let refusal as ConnectionRefusal where refusal != .notOffered {
            let overview = try await desk.overview(of: context.user)
            let status = ErrorResponse.status(of: refusal)
            return try page(context, overview, status: status, notice: .problem(refusal.words))
        }
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.parameters.require("source")
        guard try await desk.remove(name, of: context.user) else { throw ConnectionRefusal.notOffered }
        context.logger.info("connection.removed", metadata: ["source": "\(name)"])
        return Self.back(to: name, done: "removed")
    }

    @Sendable private func conflictsSeen(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.parameters.require("source")
        let entry = try await desk.entry(name, of: context.user)
        try await desk.conflictsSeen(at: entry.source.name, of: context.user)
        return Self.back(to: entry.source.name, done: "seen")
    }

    private func page(
        _ context: SignedInContext,
        _ overview: ConnectionDesk.Overview,
        typed: ConnectionsPage.Typed? = nil,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) throws -> Response {
        let page = ConnectionsPage(overview, typed: typed, now: desk.now())
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }

    private static func back(to source: String, done: String) -> Response {
        .redirect(to: "\(HubPath.connections)?done=\(done)&source=\(source)", type: .normal)
    }

    private static func notice(_ done: String, _ entry: ConnectionDesk.Entry) -> Notice? {
        let title = entry.source.title
        return switch done {
        case "kept":
            .done("\(title) takes what you gave, and it is kept. The files are in ~/\(entry.source.homeFolder).")
        case "untried":
            .done(
                "\(title) can’t be reached, so what you gave is kept without having been tried. It will be, as soon as it is back."
            )
        case "remembered": .done("What you gave for \(title) is kept until you remove it.")
        case "sessionOnly": .done("What you gave for \(title) is forgotten after this session.")
        case "nothing": .done("Nothing was changed.")
        case "seen": .done("The list is empty again. The files stay where they are.")
        case "removed":
            .done("What you gave for \(title) is forgotten. There it is still valid until you revoke it.")
        case "works": .done("\(title) was tried just now, and works.")
        case "fails":
            .problem(
                "\(title) was tried just now, and doesn’t work. \(entry.standing.message) \(entry.standing.remedy)"
            )
        default: nil
        }
    }
}

extension ConnectionDesk.Outcome {
    /// In a word, for addresses, logs and the API.
    var code: String {
        switch self {
        case .kept: "kept"
        case .keptUntried: "untried"
        case .remembered(let remember): remember ? "remembered" : "sessionOnly"
        case .nothing: "nothing"
        }
    }
}
