import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page about one's tokens for hosts of private repositories.
struct GitSitePages {
    let desk: GitSiteDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("git-sites", use: show)
            .post("git-sites", use: add)
            .post("git-sites/remove", use: remove)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "kept": .done("The token works, and is kept. Your servers use it from now on.")
            case "removed": .done("The token is forgotten. At its host it is still valid until you revoke it there.")
            default: nil
            }
        return try await page(context, notice: notice)
    }

    @Sendable private func add(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let text = { (name: String) in (form[name] ?? "").trimmingCharacters(in: .whitespacesAndNewlines) }
        do {
            let site = try await desk.add(
                repository: text("repository"),
                userName: text("user"),
                token: text("token"),
                for: context.user,
            )
            context.logger.info("gitSite.kept", metadata: ["site": "\(site.origin)"])
            return .redirect(to: HubPath.gitSites + "?done=kept", type: .normal)
        } catch let refusal as GitSiteDesk.Refusal {
            return try await page(
                context,
                typed: (text("repository"), text("user")),
                problem: refusal.words,
                status: .badRequest,
            )
        }
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        guard let site = GitSite(source: GitSite.prefix + (form["site"] ?? "")),
            try await desk.remove(site, of: context.user)
        else { throw HubError.notFound }
        context.logger.info("gitSite.removed", metadata: ["site": "\(site.origin)"])
        return .redirect(to: HubPath.gitSites + "?done=removed", type: .normal)
    }

    private func page(
        _ context: SignedInContext,
        typed: (repository: String, user: String) = ("", ""),
        problem: String? = nil,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) async throws -> Response {
        let page = GitSitesPage(
            try await desk.entries(of: context.user),
            typed: typed,
            problem: problem,
            now: desk.now(),
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}

extension GitSiteDesk.Refusal {
    /// For the one who gave the token.
    var words: String {
        switch self {
        case .noAddress:
            "The address of a repository begins with https://, and has no name or password in it."
        case .notPrivate:
            "Over http:// everybody on the way could read the token. Use the repository’s https:// address."
        case .noCredential: "A user name and a token are needed, each on one line."
        case .tooMany: "You have tokens for \(GitSiteDesk.most) hosts. Remove one first."
        case .isOpen:
            "Everybody can read this repository, so the token can’t be tried with it. Name one that is open only to you."
        case .tried(.refused): "The host doesn’t take this user name and token, or they don’t open this repository."
        case .tried(.notFound):
            "The host finds no such repository: the address is misspelled, or the token doesn’t open it."
        case .tried(let finding): RepositoryCheck(label: "", finding, reference: nil).message
        case .vault(let error): "\(error.message) \(error.remedy)"
        }
    }
}
