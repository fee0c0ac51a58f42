import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// What follows when the token of a link has left its address: somebody is signed in, asked, or told why not.
///
/// Who makes a browser follow a link with a token of their own has its user work in a foreign account without knowing. So only
/// links on pages of openBIS itself, which could show any account anyway, sign in at once, and those with a token of whoever
/// is signed in already; all others ask first.
struct OpenBISLinkPages {
    let desk: OpenBISDesk
    let providers: AuthenticatorPages

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("login/:authenticator/link", use: arrive)
            .post("login/:authenticator/link", use: confirm)
    }

    static func path(at authenticator: String) -> String { "\(HubPath.signIn(at: authenticator))/link" }

    /// The cookie of a link; it goes nowhere else.
    static func cookie(_ value: String, lifetime: Int, _ context: HubContext) -> Cookie {
        Cookie(
            name: TokenLink.cookieName,
            value: value,
            maxAge: lifetime,
            path: HubPath.signIn,
            secure: context.client.isSecure,
            httpOnly: true,
            sameSite: .lax,
        )
    }

    @Sendable private func arrive(_ request: Request, context: HubContext) async throws -> Response {
        try await goOn(confirmed: nil, request, context)
    }

    @Sendable private func confirm(_ request: Request, context: HubContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try await goOn(confirmed: form["person"], request, context)
    }

    /// Signs in, or asks; `confirmed` is as whom the browser's user wants to be signed in: another tab may have followed
    /// another link since they saw the question.
    private func goOn(confirmed: String?, _ request: Request, _ context: HubContext) async throws -> Response {
        let name = context.parameters.get("authenticator") ?? ""
        guard let settings = desk.settings(name), let link = link(of: request, context), link.authenticator == name
        else {
            return .redirect(to: HubPath.signIn + "?expired=1", type: request.method == .post ? .normal : .found)
        }
        var response: Response
        do {
            let person = try await desk.person(bringing: link.token, to: settings, from: context.client)
            if try await isPresent(person, at: settings, context) {
                response = try await renew(person, settings, link, context)
            } else if link.isTrusted || confirmed == person.subject {
                response = try await providers.welcome(person, settings, next: link.next, request, context)
            } else {
                let shown = TokenLinkPage(settings, person: person.label, present: context.caller.user?.name.text)
                return try providers.page(shown, context, status: .ok)
            }
        } catch let error as AuthenticatorError {
            response = try failed(error, settings, next: link.next, context)
            // Reloaded when it answers again, the page goes on.
            guard error.status == .forbidden else { return response }
        }
        response.setCookie(Self.cookie("", lifetime: 0, context))
        return response
    }

    /// The link that this browser followed; a second cookie of its name was planted by somebody, so none is believed.
    private func link(of request: Request, _ context: HubContext) -> TokenLink? {
        let values = HubCookies.values(of: TokenLink.cookieName, in: request.headers)
        guard values.count == 1, let value = values.first else { return nil }
        // A page of this origin can plant the whole of its maker's sign-in, and then this browser has two of something.
        for name in [HubCookies.session, HubCookies.login] {
            guard HubCookies.values(of: name, in: request.headers).count <= 1 else { return nil }
        }
        let signIn = desk.identities.signIn
        return TokenLink(sealed: value, for: context.xsrf, key: signIn.key, now: desk.identities.now())
    }

    /// Whether it is the one who is signed in.
    private func isPresent(
        _ person: AuthenticatedPerson,
        at settings: AuthenticatorSettings,
        _ context: HubContext,
    ) async throws -> Bool {
        guard case .session(_, let present) = context.caller,
            let (identity, user) = try await desk.identities.store.identities.find(person.subject, at: settings.name)
        else { return false }
        return user.id == present.id && identity.lapsedAt == nil
    }

    /// Keeps the newer token of somebody who goes on being signed in.
    private func renew(
        _ person: AuthenticatedPerson,
        _ settings: AuthenticatorSettings,
        _ link: TokenLink,
        _ context: HubContext,
    ) async throws -> Response {
        guard case .known(_, let user) = try await desk.identities.arrive(person, at: settings) else {
            throw AuthenticatorError.foreign(settings.title)
        }
        context.logger.info(
            "openBIS.renewed",
            metadata: ["user": "\(user.name)", "authenticator": "\(settings.name)"],
        )
        return .redirect(to: link.next ?? HubPath.prefix, type: .found)
    }

    private func failed(
        _ error: AuthenticatorError,
        _ settings: AuthenticatorSettings,
        next: String?,
        _ context: HubContext,
    ) throws -> Response {
        var metadata: Logger.Metadata = [
            "authenticator": "\(settings.name)", "address": "\(context.client.address)",
        ]
        if let detail = error.detail { metadata["detail"] = "\(detail)" }
        context.logger.warning("\(error.code)", metadata: metadata)
        let page = SignInRefusedPage(error, retry: nil, next: next)
        return try providers.page(page, context, status: error.status)
    }
}
