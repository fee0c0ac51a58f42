import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Signing in, and adding a way to sign in, with a name and a password that are proved elsewhere.
struct DirectoryPages {
    let password: PasswordSignIn
    let providers: AuthenticatorPages
    let openBIS: OpenBISDesk

    /// Below the hub's prefix.
    var endpoints: RouteCollection<HubContext> {
        RouteCollection(context: HubContext.self)
            .get("login/:authenticator", use: begin)
            .post("login/:authenticator", use: signIn)
            .post("account/ways/:authenticator/prove", use: link)
    }

    /// For who reloads the page after an attempt.
    @Sendable private func begin(_ request: Request, context: HubContext) async throws -> Response {
        let next = providers.signIn.next(request.uri.queryParameters["next"].map(String.init), context)
        return .redirect(to: HubPath.signIn + SignInPages.query(next), type: .found)
    }

    @Sendable private func signIn(_ request: Request, context: HubContext) async throws -> Response {
        let settings = try settings(context)
        let pages = providers.signIn
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let next = pages.next(form["next"], context)
        let attempt = pages.attempt(form, request, context)
        let problem: SignInPage.Problem
        let status: HTTPResponse.Status
        if settings.kind == .openbis, let token = form["session"], !token.isEmpty {
            do {
                let person = try await openBIS.person(bringing: token, to: settings, from: context.client)
                return try await providers.welcome(person, settings, next: next, request, context)
            } catch let error as AuthenticatorError {
                note(error, at: settings, context)
                let problem = SignInPage.Problem.elsewhere(error.message, remedy: error.remedy)
                return try await pages.failed(
                    problem,
                    attempt,
                    at: settings.name,
                    next: next,
                    error.status,
                    request,
                    context,
                )
            }
        }
        switch try await password.attempt(attempt, at: settings.name) {
        case .person(let person, let mark):
            return try await providers.welcome(person, settings, mark: mark, next: next, request, context)
        case .refused: (problem, status) = (.refused, .forbidden)
        case .wait(let wait):
            (problem, status) = (.throttled(seconds: Int(wait.seconds.rounded(.up))), .tooManyRequests)
        case .failed(let error):
            note(error, at: settings, context)
            (problem, status) = (.elsewhere(error.message, remedy: error.remedy), error.status)
        }
        context.logger.notice(
            "signIn.\(status.code)",
            metadata: ["authenticator": "\(settings.name)", "address": "\(context.client.address)"],
        )
        return try await pages.failed(problem, attempt, at: settings.name, next: next, status, request, context)
    }

    @Sendable private func link(_ request: Request, context: HubContext) async throws -> Response {
        let user = try IdentityPages.owner(context, at: providers.desk.now())
        let settings = try settings(context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let attempt = providers.signIn.attempt(form, request, context)
        let problem: String
        let status: HTTPResponse.Status
        switch try await password.attempt(attempt, at: settings.name) {
        case .person(let person, _): return try await providers.link(person, settings, to: user.id ?? 0, context)
        case .refused: (problem, status) = ("The user name or the password is wrong.", .forbidden)
        case .wait(let wait):
            let seconds = HumanText.count(max(Int(wait.seconds.rounded(.up)), 1), "second")
            (problem, status) = ("Too many attempts. Try again in \(seconds).", .tooManyRequests)
        case .failed(let error):
            note(error, at: settings, context)
            (problem, status) = ("\(error.message) \(error.remedy)", error.status)
        }
        let shown = AddWayPage(settings, typedName: String(attempt.name.prefix(255)), problem: problem)
        return try providers.page(shown, context, status: status)
    }

    private func settings(_ context: HubContext) throws -> AuthenticatorSettings {
        let name = context.parameters.get("authenticator") ?? ""
        guard let settings = password.shelf.settings(name), settings.kind.start == .form else {
            throw HubError.notFound
        }
        return settings
    }

    private func note(_ error: AuthenticatorError, at settings: AuthenticatorSettings, _ context: HubContext) {
        var metadata: Logger.Metadata = [
            "authenticator": "\(settings.name)", "address": "\(context.client.address)",
        ]
        if let detail = error.detail { metadata["detail"] = "\(detail)" }
        context.logger.warning("\(error.code)", metadata: metadata)
    }
}
