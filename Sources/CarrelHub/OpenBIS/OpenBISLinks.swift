import CarrelAuth
import CarrelModel
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Takes the token out of the address of a link from openBIS, `hub/login?token=T&next=P` (reference `openbis.md` 1.6), before
/// anything else sees it.
///
/// The browser keeps it for a moment and goes on at once, so that no history, log or `Referer` has it.
struct OpenBISLinks: RouterMiddleware {
    let desk: OpenBISDesk
    let signIn: SignInPages

    private static let parameter: Substring = "token"

    /// Whether a request follows such a link.
    static func isLink(_ request: Request) -> Bool {
        let parts = request.uri.path.split(separator: "/")
        return parts.starts(with: ["hub", "login"]) && parts.count <= 3
            && request.uri.queryParameters[parameter] != nil
    }

    func handle(
        _ request: Request,
        context: HubContext,
        next: (Request, HubContext) async throws -> Response,
    ) async throws -> Response {
        guard Self.isLink(request), request.method == .get || request.method == .head, !desk.all.isEmpty,
            let token = request.uri.queryParameters[Self.parameter].map(String.init)
        else { return try await next(request, context) }
        let target = signIn.next(request.uri.queryParameters["next"].map(String.init), context)
        let source = request.headers[.referer].flatMap(Self.origin)
        var response: Response
        if let settings = chosen(request, from: source) {
            let link = TokenLink(
                authenticator: settings.name,
                token: token.utf8.count <= TokenLink.longestToken ? token : "",
                next: target,
                isTrusted: source.map { isTrusted($0, at: settings, context) } ?? false,
                begun: desk.identities.now(),
            )
            response = .redirect(to: OpenBISLinkPages.path(at: settings.name), type: .found)
            response.setCookie(
                OpenBISLinkPages.cookie(
                    try link.sealed(for: context.xsrf, key: signIn.desk.key),
                    lifetime: Int(TokenLink.lifetime.seconds),
                    context,
                )
            )
        } else {
            context.logger.notice("signIn.linkUnclear", metadata: ["address": "\(context.client.address)"])
            response = .redirect(to: HubPath.signIn + SignInPages.query(target), type: .found)
        }
        response.headers[.cacheControl] = "no-store"
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    /// Whether the pages of an origin may sign people in without asking.
    ///
    /// Never the hub's own, where people show each other notebooks, even if openBIS is behind the same address.
    private func isTrusted(_ source: WebOrigin, at settings: AuthenticatorSettings, _ context: HubContext) -> Bool {
        let authority = source.host + (source.port.map { ":\($0)" } ?? "")
        return settings.openBIS.trustedOrigins.contains(source) && !signIn.ownHosts(context.client).contains(authority)
    }

    /// Which openBIS a link is of: the one that its address names, the only one, or the one whose page it is on.
    ///
    /// A token isn't shown to any other.
    private func chosen(_ request: Request, from source: WebOrigin?) -> AuthenticatorSettings? {
        let parts = request.uri.path.split(separator: "/")
        if parts.count == 3 { return desk.settings(String(parts[2])) }
        if desk.all.count == 1 { return desk.all.first }
        return source.flatMap { source in desk.all.first { $0.openBIS.trustedOrigins.contains(source) } }
    }

    /// The origin of the page that an address is of.
    private static func origin(of address: String) -> WebOrigin? {
        guard let url = URLComponents(string: address), let scheme = url.scheme, let host = url.host else { return nil }
        return WebOrigin(text: "\(scheme)://\(host)" + (url.port.map { ":\($0)" } ?? ""))
    }
}
