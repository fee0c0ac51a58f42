import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page about one's passwords for files.
struct FileAccessPages {
    let desk: FileAccessDesk
    let pages: PageResponder
    let origin: @Sendable (ClientConnection) -> String

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("file-access", use: show)
            .post("file-access", use: make)
            .post("file-access/remove", use: remove)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let isRemoved = request.uri.queryParameters["done"] == "removed"
        return try await page(context, notice: isRemoved ? .done("That password opens nothing any more.") : nil)
    }

    @Sendable private func make(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let note = (form["note"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        do {
            let lifetime = FileAccessDesk.Lifetime(rawValue: form["lifetime"] ?? "") ?? .year
            let secret = try await desk.make(
                note,
                isWritable: form["read-only"] == nil,
                for: lifetime,
                of: context.user,
            )
            context.logger.info("filePassword.made")
            return try await page(context, made: FileAccessPage.Made(password: secret.reveal(), note: note))
        } catch let refusal as FileAccessDesk.Refusal {
            return try await page(context, note: note, problem: refusal.words, status: .badRequest)
        }
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        guard let id = form["id"].flatMap({ Int64($0) }), try await desk.revoke(id, of: context.user) else {
            throw HubError.notFound
        }
        context.logger.info("filePassword.revoked")
        return .redirect(to: HubPath.fileAccess + "?done=removed", type: .normal)
    }

    private func page(
        _ context: SignedInContext,
        made: FileAccessPage.Made? = nil,
        note: String = "",
        problem: String? = nil,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) async throws -> Response {
        let page = FileAccessPage(
            try await desk.all(of: context.user),
            made: made,
            userName: context.user.name.text,
            origin: origin(context.client),
            note: note,
            problem: problem,
            now: desk.now(),
        )
        var response = try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
        if made != nil { response.headers[.cacheControl] = "no-store" }
        return response
    }
}

extension FileAccessDesk.Refusal {
    /// For the one who asked.
    var words: String {
        switch self {
        case .noNote: "Say what the password is for, such as the name of your computer."
        case .tooMany: "You have as many passwords as one person can have. Remove one first."
        }
    }
}
