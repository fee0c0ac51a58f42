import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page on which people download their files, and the downloads.
struct TakeoutPages {
    let desk: TakeoutDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("takeout", use: show)
            .post("takeout/download", use: download)
            .post("takeout/prepare", use: prepare)
            .post("takeout/remove", use: remove)
            .get("takeout/prepared/:archive", use: prepared)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "prepared": .done("The archive is being prepared. You find it below.")
            case "removed": .done("The archive is removed.")
            default: nil
            }
        let fields = request.uri.queryParameters
        let choice = try TakeoutChoice(query: request.uri.query)
        do {
            let order = try await desk.order(choice, of: context.user)
            let count = fields["count"] == nil ? TakeoutPage.Count.notAsked : await count(order)
            return try await page(context, choice, count: count, notice: notice)
        } catch let error as TakeoutError {
            return try await page(context, choice, problem: error, status: .badRequest)
        }
    }

    private func count(_ order: TakeoutOrder) async -> TakeoutPage.Count {
        do {
            return switch try await desk.survey.count(order) {
            case .underWay: .underWay
            case .counted(let counted): .counted(counted)
            }
        } catch {
            return .failed("\(error.message) \(error.remedy)")
        }
    }

    @Sendable private func download(_ request: Request, context: SignedInContext) async throws -> Response {
        let choice = try await choice(request, context)
        do {
            let order = try await desk.order(choice, of: context.user)
            let download = try await desk.download(order, of: context.user)
            context.logger.info("takeout.begun", metadata: ["format": "\(order.format.rawValue)"])
            return TakeoutResponse.stream(download, logger: context.logger)
        } catch let error as TakeoutError {
            return try await page(context, choice, problem: error, status: ErrorResponse.status(of: error))
        }
    }

    @Sendable private func prepare(_ request: Request, context: SignedInContext) async throws -> Response {
        let choice = try await choice(request, context)
        do {
            _ = try await desk.prepare(try await desk.order(choice, of: context.user), of: context.user)
        } catch let error as any CarrelError where error is TakeoutError || error is StoreError {
            return try await page(context, choice, problem: error, status: ErrorResponse.status(of: error))
        }
        let address = choice.address()
        let sign = address.contains("?") ? "&" : "?"
        return .redirect(to: address + sign + "done=prepared", type: .normal)
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        try await desk.remove(form["archive"] ?? "", of: context.user)
        return .redirect(to: HubPath.takeout + "?done=removed", type: .normal)
    }

    @Sendable private func prepared(_ request: Request, context: SignedInContext) async throws -> Response {
        let takeout = try await desk.ready(try context.parameters.require("archive"), of: context.user)
        let path = desk.path(of: takeout.id)
        return try await TakeoutResponse.file(takeout, at: path, request: request, context: context)
    }

    private func choice(_ request: Request, _ context: SignedInContext) async throws -> TakeoutChoice {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try TakeoutChoice { form[$0] }
    }

    private func page(
        _ context: SignedInContext,
        _ choice: TakeoutChoice,
        count: TakeoutPage.Count = .notAsked,
        notice: Notice? = nil,
        problem: (any CarrelError)? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        let user = context.user.id ?? 0
        let page = TakeoutPage(
            choice: choice,
            homes: try await desk.homes(context.user),
            count: count,
            streams: desk.board.streams(of: context.user.name),
            prepared: try await desk.store.all(ofUser: user),
            progress: { desk.board.progress(of: $0) },
            problem: problem.map { "\($0.message) \($0.remedy)" },
            lifetime: desk.limits.lifetime,
            now: desk.now(),
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}
