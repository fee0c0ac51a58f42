import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page about what one asked for.
struct RequestPages {
    let desk: HomeDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("requests", use: show)
            .post("requests", use: ask)
            .post("requests/:request/withdraw", use: withdraw)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "asked": .done("Your request is with the admins. The answer will be shown here and on your home page.")
            case "withdrawn": .done("The request is withdrawn.")
            default: nil
            }
        let response = try await page(request, context, notice: notice)
        if !(try await desk.store.requests.unseenAnswers(ofUser: context.user.id ?? 0)).isEmpty {
            try await desk.store.requests.seen(ofUser: context.user.id ?? 0, at: desk.now())
        }
        return response
    }

    @Sendable private func ask(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let text = form["text"] ?? ""
        guard let kind = RequestRecord.Kind(rawValue: form["kind"] ?? ""), kind != .storage else {
            throw HubError.badRequest("There is no such kind of request.")
        }
        do {
            _ = try await desk.store.requests.add(
                RequestRecord(userId: context.user.id ?? 0, kind: kind, text: text, createdAt: desk.now())
            )
        } catch let error as StoreError {
            return try await page(
                request,
                context,
                kind: kind,
                text: text,
                problem: "\(error.message) \(error.remedy)",
                status: .badRequest,
            )
        }
        context.logger.info("request.made", metadata: ["kind": "\(kind.rawValue)"])
        return .redirect(to: HubPath.requests + "?done=asked", type: .normal)
    }

    @Sendable private func withdraw(_ request: Request, context: SignedInContext) async throws -> Response {
        guard let id = Int64(try context.parameters.require("request")) else { throw HubError.notFound }
        try await desk.store.requests.withdraw(id, ofUser: context.user.id ?? 0, at: desk.now())
        return .redirect(to: HubPath.requests + "?done=withdrawn", type: .normal)
    }

    private func page(
        _ request: Request,
        _ context: SignedInContext,
        kind: RequestRecord.Kind = .package,
        text: String = "",
        problem: String? = nil,
        notice: Notice? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        let page = RequestsPage(
            try await desk.store.requests.all(ofUser: context.user.id ?? 0),
            about: try await desk.home(for: context.user, of: request).choice,
            typedKind: kind,
            typedText: String(text.prefix(RequestStore.longestText * 2)),
            problem: problem,
            now: desk.now(),
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}
