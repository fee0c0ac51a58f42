import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page for managers of a temporary instance about its end, and what can be done on it.
struct EndPages {
    let people: PeopleDesk
    let register: InstanceRegister
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances/:instance/end", use: show)
            .post("instances/:instance/end/move", use: move)
            .post("instances/:instance/end/now", use: endNow)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "moved": .done("The end is moved. Everybody sees the new one.")
            case "ended": .done("It is over. Servers stop now.")
            default: nil
            }
        return try page(EndPage(instance, now: register.now()), context, notice: notice)
    }

    @Sendable private func move(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let typed = EndPage.Typed(date: form["date"] ?? "", time: form["time"] ?? "")
        let problem: String
        if let end = EndTime(text: "\(typed.date)T\(typed.time):00Z") {
            do {
                try await register.moveEnd(of: instance.name, to: end.date)
                context.logger.notice(
                    "instance.endMoved",
                    metadata: ["instance": "\(instance.name)", "end": "\(end)"],
                )
                return back(instance, "moved")
            } catch let error as StoreError where error == .instanceEndPast(instance.name.text) {
                problem = "That time has passed already. Choose a later one; to end it now, use “End it now” below."
            }
        } else {
            problem = "That is no date with a time. Write them such as 2026-12-24 and 18:00."
        }
        let shown = EndPage(instance, typed: typed, problem: problem, now: register.now())
        return try page(shown, context, status: .badRequest)
    }

    @Sendable private func endNow(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let typed = try await FormBody(of: request, limit: context.maxUploadSize)["name"] ?? ""
        guard typed.trimmingCharacters(in: .whitespaces) == instance.name.text else {
            let problem = "To end it, type its name, \(instance.name), just as it stands here."
            let shown = EndPage(instance, confirmProblem: problem, now: register.now())
            return try page(shown, context, status: .badRequest)
        }
        try await register.end(instance.name)
        context.logger.notice("instance.endedByHand", metadata: ["instance": "\(instance.name)"])
        return back(instance, "ended")
    }

    private func managed(_ context: SignedInContext) async throws -> InstanceRecord {
        guard let name = try? InstanceName(context.parameters.require("instance")) else { throw HubError.notFound }
        let instance = try await people.managed(name, by: context.user)
        guard instance.hasEndPage else { throw HubError.notFound }
        return instance
    }

    private func back(_ instance: InstanceRecord, _ done: String) -> Response {
        .redirect(to: "\(HubPath.end(instance.name))?done=\(done)", type: .normal)
    }

    private func page(
        _ page: EndPage,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) throws -> Response {
        try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}
