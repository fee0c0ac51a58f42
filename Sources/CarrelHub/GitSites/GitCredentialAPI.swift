import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What `git` in a server asks for to read a private repository: for the server's own user, with the server's own token.
struct GitCredentialAPI {
    let desk: GitSiteDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self).post("carrel/git-credential", use: answer)
    }

    /// A host, in `git`'s words (`git-credential(1)`).
    private struct Question: Decodable {
        let `protocol`: String
        let host: String
    }

    /// By POST, so that nothing of it stands in an address.
    @Sendable private func answer(_ request: Request, context: SignedInContext) async throws -> Response {
        guard case .token(let token, let owner) = context.caller, token.serverId != nil, token.clientIdentifier == nil
        else {
            throw HubError.badRequest("Only a server's own token can ask for a credential.")
        }
        guard let question = try? await request.decode(as: Question.self, context: context),
            let site = GitSite(scheme: question.protocol, authority: question.host)
        else { throw HubError.badRequest("A protocol and a host are needed.") }
        guard let credential = try await desk.credential(for: site, of: owner) else { throw HubError.notFound }
        context.logger.info("gitSite.given", metadata: ["site": "\(site.origin)"])
        var response = try Response.json(["username": credential.user, "password": credential.secret])
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
