import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// One's own second factor: turned on, given new recovery codes, turned off.
struct SecondFactorPages {
    let desk: SecondFactorDesk
    let pages: PageResponder

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("account/second-factor", use: show)
            .post("account/second-factor", use: offer)
            .post("account/second-factor/on", use: turnOn)
            .post("account/second-factor/codes", use: renewCodes)
            .post("account/second-factor/off", use: turnOff)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let isOff = request.uri.queryParameters["done"] == "off"
        return try await page(context, notice: isOff ? .done("Your second factor is off.") : nil)
    }

    @Sendable private func offer(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try await answer(context) {
            let offer = try await desk.offer(
                to: context.user,
                password: form["current_password"] ?? "",
                in: try context.session.id
            )
            return try setup(offer, context)
        }
    }

    @Sendable private func turnOn(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try await answer(context) {
            let offer = SecondFactorOffer(
                sealed: form["offer"] ?? "",
                for: try context.session.mark,
                key: desk.signIn.key,
                now: desk.signIn.now()
            )
            guard let offer else { throw AccountError.secondFactorExpired }
            do {
                let codes = try await desk.turnOn(
                    offer,
                    code: form["code"] ?? "",
                    for: context.user,
                    in: try context.session.id,
                )
                context.logger.notice("secondFactor.on", metadata: ["user": "\(context.user.name)"])
                return try show(codes, context)
            } catch AccountError.wrongCode {
                return try setup(offer, context, problem: .wrongCode)
            }
        }
    }

    @Sendable private func renewCodes(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try await answer(context) {
            let codes = try await desk.renewCodes(
                of: context.user,
                password: form["current_password"] ?? "",
                code: form["code"] ?? "",
                in: try context.session.id,
            )
            context.logger.notice("secondFactor.codesRenewed", metadata: ["user": "\(context.user.name)"])
            return try show(codes, context)
        }
    }

    @Sendable private func turnOff(_ request: Request, context: SignedInContext) async throws -> Response {
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        return try await answer(context) {
            try await desk.turnOff(
                for: context.user,
                password: form["current_password"] ?? "",
                code: form["code"] ?? "",
                in: try context.session.id,
            )
            context.logger.notice("secondFactor.off", metadata: ["user": "\(context.user.name)"])
            return .redirect(to: HubPath.secondFactor + "?done=off", type: .normal)
        }
    }

    // MARK: How

    /// What a form leads to; what was typed wrongly is said on the page it came from.
    private func answer(
        _ context: SignedInContext,
        _ act: () async throws -> Response,
    ) async throws -> Response {
        do {
            return try await act()
        } catch let error as any CarrelError where AccountError.isAboutForm(error) {
            return try await page(context, problem: "\(error.message) \(error.remedy)")
        }
    }

    private func page(
        _ context: SignedInContext,
        problem: String? = nil,
        notice: Notice? = nil,
    ) async throws -> Response {
        let (store, id) = (desk.signIn.store.secondFactors, context.user.id ?? 0)
        let page = SecondFactorPage(
            userName: context.user.name.text,
            hasPassword: context.user.passwordHash != nil,
            since: try await store.find(ofUser: id)?.createdAt,
            codesLeft: try await store.codesLeft(ofUser: id),
            problem: problem,
            now: desk.signIn.now(),
        )
        return try show(page, context, status: problem == nil ? .ok : .badRequest, notice: notice)
    }

    private func setup(
        _ offer: SecondFactorOffer,
        _ context: SignedInContext,
        problem: AccountError? = nil,
    ) throws -> Response {
        let secret = try offer.secret
        let code = try QRCode(secret.uri(issuer: pages.hubName(), account: context.user.name.text))
        let page = SecondFactorSetupPage(
            secret: secret.reveal(),
            picture: code,
            offer: try offer.sealed(for: try context.session.mark, key: desk.signIn.key),
            problem: problem.map { "\($0.message) \($0.remedy)" },
        )
        return try show(page, context, status: problem == nil ? .ok : .badRequest)
    }

    private func show(_ codes: [RecoveryCode], _ context: SignedInContext) throws -> Response {
        try show(RecoveryCodesPage(codes: codes.map { $0.reveal() }), context)
    }

    private func show(
        _ page: some Page,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
        notice: Notice? = nil,
    ) throws -> Response {
        try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}

extension SignedInContext {
    /// The browser's session: its number, what tells it from others in signatures, and whether it began with a password of the
    /// hub.
    var session: (id: Int64, mark: String, isLocal: Bool) {
        get throws {
            guard case .session(let session, _) = caller, let id = session.id else { throw HubError.notSignedIn }
            return (id, session.secretHash, session.identityId == nil)
        }
    }
}
