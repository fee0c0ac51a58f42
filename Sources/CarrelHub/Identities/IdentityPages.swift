import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Adding a way to sign in to one's account, and taking one away.
struct IdentityPages {
    let desk: IdentityDesk
    let providers: AuthenticatorPages

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .post("account/ways/:authenticator/add", use: add)
            .post("account/ways/:authenticator/remove", use: remove)
    }

    @Sendable private func add(_ request: Request, context: HubContext) async throws -> Response {
        let user = try Self.owner(context, at: desk.now())
        return try await providers.begin(
            context.parameters.get("authenticator") ?? "",
            .link(user: user.id ?? 0),
            next: nil,
            request,
            context,
        )
    }

    @Sendable private func remove(_ request: Request, context: HubContext) async throws -> Response {
        let user = try Self.owner(context, at: desk.now())
        let name = context.parameters.get("authenticator") ?? ""
        let grant = try await desk.unlink(from: name, of: user)
        await giveBack(grant, to: name, context)
        context.logger.notice("identity.unlinked", metadata: ["authenticator": "\(name)"])
        // This session may have begun with it, and then it is over.
        return .redirect(to: HubPath.account + "?done=unlinked", type: .normal)
    }

    /// Has a provider end what it gave the hub; who took it away is rid of it in any case.
    private func giveBack(_ grant: Data?, to name: String, _ context: HubContext) async {
        guard let grant else { return }
        do throws(AuthenticatorError) {
            try await providers.shelf.authenticator(name)?.release(grant)
        } catch {
            context.logger.warning("\(error.code)", metadata: ["authenticator": "\(name)"])
        }
    }

    /// How long after a sign-in the ways to sign in can be changed: who finds or steals a browser's session makes no
    /// lasting way in of it.
    private static let patience: TimeInterval = 600

    /// Who is signed in, if they may change the ways to sign in.
    static func owner(_ context: HubContext, at now: Date) throws -> UserRecord {
        guard case .session(let session, let user) = context.caller else { throw HubError.notSignedIn }
        guard !user.mustChangePassword else { throw HubError.passwordMustChange }
        guard !user.isVisitor else { throw HubError.notForVisitors }
        guard !session.isByToken else { throw HubError.signInByToken }
        guard now.timeIntervalSince(session.createdAt) < patience else { throw HubError.signInStale }
        return user
    }
}
