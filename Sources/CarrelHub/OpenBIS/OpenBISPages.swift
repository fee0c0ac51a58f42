import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OpenBISClient

/// The page about one's token at an openBIS, and its renewal in running servers.
struct OpenBISPages {
    let desk: OpenBISDesk
    let files: OpenBISTokenFiles
    let password: PasswordSignIn
    let pages: PageResponder

    private var now: Date { desk.identities.now() }

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("account/openbis/:authenticator", use: show)
            .post("account/openbis/:authenticator/renew", use: renew)
            .post("account/openbis/:authenticator/token", use: showToken)
            .post("account/openbis/:authenticator/forget", use: forget)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "renewed": .done("Renewed: the token is good, and your running servers have it.")
            case "forgotten": .done("The hub and your homes have no token any more.")
            default: nil
            }
        let shown = OpenBISTokenPage(try await tie(context), next: next(request, context), now: now)
        return try page(shown, context, notice: notice)
    }

    @Sendable private func showToken(_ request: Request, context: SignedInContext) async throws -> Response {
        let tie = try await tie(context)
        context.logger.info("openBIS.tokenShown", metadata: ["authenticator": "\(tie.settings.name)"])
        return try page(OpenBISTokenPage(tie, showsToken: true, now: now), context)
    }

    @Sendable private func forget(_ request: Request, context: SignedInContext) async throws -> Response {
        let tie = try await tie(context)
        try await desk.forget(tie)
        context.logger.info("openBIS.forgotten", metadata: ["authenticator": "\(tie.settings.name)"])
        return .redirect(to: HubPath.openBIS(tie.settings.name) + "?done=forgotten", type: .normal)
    }

    // MARK: Renewal

    @Sendable private func renew(_ request: Request, context: SignedInContext) async throws -> Response {
        let tie = try await tie(context)
        let next = next(request, context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let typed = (form["password"] ?? "").trimmingCharacters(in: .newlines)
        do {
            let faults =
                typed.isEmpty
                ? try await check(tie, context) : try await replace(tie, typed, request, context)
            if let fault = faults.first {
                let problem = "The token is good, but couldn’t be put into your home. \(fault.message) \(fault.remedy)"
                return try page(
                    OpenBISTokenPage(tie, problem: problem, next: next, now: now),
                    context,
                    status: .conflict
                )
            }
        } catch let refusal as Refusal {
            let shown = OpenBISTokenPage(try await self.tie(context), problem: refusal.words, next: next, now: now)
            return try page(shown, context, status: refusal.status)
        }
        context.logger.info("openBIS.renewed", metadata: ["authenticator": "\(tie.settings.name)"])
        return .redirect(to: next ?? HubPath.openBIS(tie.settings.name) + "?done=renewed", type: .normal)
    }

    /// The page about something in openBIS for which the token is renewed.
    private func next(_ request: Request, _ context: SignedInContext) -> String? {
        let asked = FormBody(query: request.uri.query)["next"]
        let next = NextURL(untrusted: asked, ownHosts: [context.client.host])
        return next.flatMap { $0.leads(below: HubPath.openBISPages) ? $0.path : nil }
    }

    /// Why nothing was renewed.
    private struct Refusal: Error {
        let words: String
        let status: HTTPResponse.Status

        init(_ words: String, _ status: HTTPResponse.Status = .forbidden) {
            (self.words, self.status) = (words, status)
        }

        init(_ error: AuthenticatorError) {
            self.init("\(error.message) \(error.remedy)", error.status)
        }
    }

    /// Asks about the token that there is, and gives it to the servers once more.
    private func check(_ tie: OpenBISTie, _ context: SignedInContext) async throws -> [HomeFilesError] {
        guard let access = try await desk.access(of: context.user, at: tie.settings.name) else {
            throw Refusal("There is no session. Type your password to begin one.")
        }
        let authenticator = OpenBISAuthenticator(settings: tie.settings, connections: desk.connections)
        let isGood: Bool
        do {
            isGood = try await access.client.sessionInformation(access.token).userID == access.userID
        } catch .sessionOver {
            isGood = false
        } catch {
            let told = authenticator.translated(error)
            context.logger.warning("\(told.code)", metadata: ["detail": "\(told.detail ?? "")"])
            throw Refusal(told)
        }
        guard isGood else {
            try await desk.noteEnd(of: access, for: context.user)
            throw Refusal("Your session at \(tie.settings.title) is over. Type your password to begin a new one.")
        }
        let time = now
        try await desk.identities.store.identities.change(tie.identity.id ?? 0) { $0.checkedAt = time }
        return try await files.bring(tie.identity, at: tie.settings, of: context.user)
    }

    /// Gets another token by what was typed: the password there, or a token.
    private func replace(
        _ tie: OpenBISTie,
        _ typed: String,
        _ request: Request,
        _ context: SignedInContext,
    ) async throws -> [HomeFilesError] {
        let person: AuthenticatedPerson
        if OpenBISGrant.looksLikeToken(typed) {
            do {
                person = try await desk.person(bringing: typed, to: tie.settings, from: context.client)
            } catch let error as AuthenticatorError {
                throw Refusal(error)
            }
        } else {
            person = try await self.person(of: tie, password: typed, request, context)
        }
        guard person.subject == tie.identity.subject,
            case .known = try await desk.identities.arrive(person, at: tie.settings)
        else { throw Refusal("That is a token of somebody else.") }
        return try await files.bring(tie.identity, at: tie.settings, of: context.user)
    }

    private func person(
        of tie: OpenBISTie,
        password typed: String,
        _ request: Request,
        _ context: SignedInContext,
    ) async throws -> AuthenticatedPerson {
        let attempt = SignInDesk.Attempt(
            name: tie.identity.subject,
            password: typed,
            client: context.client,
            userAgent: request.headers[.userAgent] ?? "",
            browserMarks: [],
        )
        switch try await password.attempt(attempt, at: tie.settings.name) {
        case .person(let person, _): return person
        case .refused: throw Refusal("That isn’t your password at \(tie.settings.title).")
        case .wait(let wait):
            let seconds = HumanText.count(max(Int(wait.seconds.rounded(.up)), 1), "second")
            throw Refusal("Too many attempts. Try again in \(seconds).", .tooManyRequests)
        case .failed(let error):
            context.logger.warning("\(error.code)", metadata: ["detail": "\(error.detail ?? "")"])
            throw Refusal(error)
        }
    }

    // MARK: How

    private func tie(_ context: SignedInContext) async throws -> OpenBISTie {
        let name = context.parameters.get("authenticator")
        guard let tie = try await desk.ties(of: context.user).first(where: { $0.settings.name == name }) else {
            throw HubError.notFound
        }
        return tie
    }

    /// Nothing keeps it: answers of the hub's pages aren't stored.
    private func page(
        _ page: OpenBISTokenPage,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) throws -> Response {
        var response = try pages.page(
            page,
            status: status,
            for: context.user,
            xsrf: context.xsrf,
            notice: notice,
        )
        response.headers[.cacheControl] = "no-store"
        return response
    }
}
