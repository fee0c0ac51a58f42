import AsyncHTTPClient
import CarrelAuth
import CarrelModel
import Foundation
import OpenIDClient

/// An OpenID Connect provider as a way to sign in.
struct OpenIDAuthenticator: Authenticator {
    let settings: AuthenticatorSettings
    let provider: OpenIDProvider

    /// - Parameters:
    ///   - settings: of the configuration.
    ///   - secret: the content of ``AuthenticatorSettings/clientSecretFile``.
    ///   - redirectURI: where the provider sends browsers back to.
    ///   - http: for calls to the provider.
    init(_ settings: AuthenticatorSettings, secret: String?, redirectURI: String, http: HTTPClient) {
        self.settings = settings
        provider = OpenIDProvider(
            OpenIDRegistration(
                issuer: settings.issuer,
                clientID: settings.clientID,
                clientSecret: secret,
                redirectURI: redirectURI,
                scopes: settings.scopes,
                deadline: settings.deadline,
            ),
            http: http,
        )
    }

    func begin(
        next: String?,
        purpose: SignInAttempt.Purpose,
        now: Date,
    ) async throws(AuthenticatorError) -> SignInStart {
        do throws(OpenIDError) {
            let request = try await provider.authorizationRequest(prompt: nil)
            let attempt = SignInAttempt(
                authenticator: settings.name,
                state: request.secrets.state,
                nonce: request.secrets.nonce,
                verifier: request.secrets.verifier,
                next: next,
                purpose: purpose,
                begun: now,
            )
            return .there(url: request.url, attempt: attempt)
        } catch {
            throw translated(error)
        }
    }

    func authenticate(_ proof: SignInProof) async throws(AuthenticatorError) -> AuthenticatedPerson {
        guard case .answer(let query, let attempt) = proof else { throw .foreign(settings.title) }
        let tokens: OpenIDTokens
        do throws(OpenIDError) {
            tokens = try await provider.redeem(
                AuthorizationResponse(query: query),
                for: .init(state: attempt.state, nonce: attempt.nonce, verifier: attempt.verifier),
            )
        } catch {
            throw translated(error)
        }
        let grant = OpenIDGrant(tokens, before: nil, context: attempt.context)
        try await checkContext(of: grant, subject: tokens.claims.subject)
        do throws(OpenIDError) {
            return try await person(tokens.claims.subject, with: grant, tokens.claims)
        } catch {
            throw translated(error)
        }
    }

    func refresh(
        _ grant: Data,
        of subject: String,
        keep: @Sendable (Data) async -> Void,
    ) async throws(AuthenticatorError) -> AuthenticatedPerson? {
        guard let before = OpenIDGrant(stored: grant) else { return nil }
        do throws(OpenIDError) {
            var (now, claims): (OpenIDGrant, OpenIDClaims?) = (before, nil)
            if let token = before.refreshToken {
                let tokens = try await provider.refresh(token, subject: subject)
                (now, claims) = (OpenIDGrant(tokens, before: before), tokens.claims)
                if let stored = now.stored { await keep(stored) }
            }
            guard try await isStillInContext(now, subject: subject) else { return nil }
            return try await person(subject, with: now, claims)
        } catch {
            if error.endsGrant { return nil }
            throw translated(error)
        }
    }

    func signOut(_ grant: Data?, returningTo address: String) async throws(AuthenticatorError) -> SignOutStep? {
        guard let grant = grant.flatMap({ OpenIDGrant(stored: $0) }) else { return nil }
        do throws(OpenIDError) {
            let form = try await provider.endSession(idToken: grant.idToken, returningTo: address, state: nil)
            return form.map { form in
                let fields = form.fields.map { OnwardForm.Field(name: $0.name, value: $0.value) }
                return .form(OnwardForm(action: form.action, fields: fields))
            }
        } catch {
            throw translated(error)
        }
    }

    func release(_ grant: Data) async throws(AuthenticatorError) {
        guard let grant = OpenIDGrant(stored: grant) else { return }
        do throws(OpenIDError) {
            try await provider.revoke(grant.refreshToken ?? grant.accessToken)
        } catch {
            throw translated(error)
        }
    }

    /// What a provider says about somebody who signed out there.
    ///
    /// - Throws: ``AuthenticatorError`` for what isn't the provider's.
    func notice(_ logoutToken: String) async throws(AuthenticatorError) -> LogoutNotice {
        do throws(OpenIDError) {
            return try await provider.logoutNotice(logoutToken)
        } catch {
            throw translated(error)
        }
    }

    /// Whose access token it is that a program shows, and when it ends.
    ///
    /// - Throws: ``TokenSignInError`` for one that isn't good here, or ``AuthenticatorError`` when that can't be found out.
    func owner(of accessToken: String, audiences: Set<String>) async throws -> (subject: String, ends: Date?) {
        let claims: OpenIDClaims
        do throws(OpenIDError) {
            claims = try await provider.accessClaims(accessToken, audiences: audiences)
        } catch {
            switch error {
            case .invalidToken(.foreignAudience), .invalidToken(.foreignParty): throw TokenSignInError.foreign
            case .invalidToken(let fault): throw TokenSignInError.bad(reason: fault.words)
            case .notOffered: throw TokenSignInError.bad(reason: "it isn't a signed JSON Web Token")
            default: throw translated(error)
            }
        }
        // What the hub got itself it gives to servers, for other services: with it nobody comes back as more than that.
        let client = claims.string("azp") ?? claims.string("client_id")
        guard client != settings.clientID else { throw TokenSignInError.own }
        return (claims.subject, claims.date("exp"))
    }

    /// Which provider a token says it comes from; anybody can write anything there.
    static func claimedIssuer(of token: String) -> String? { OpenIDProvider.claimedIssuer(of: token) }

    // MARK: Contexts

    /// A token for the context that somebody came from; nil when they came from none.
    func contextToken(
        _ grant: Data,
        subject: String,
    ) async throws(AuthenticatorError) -> (context: String, token: String)? {
        guard let grant = OpenIDGrant(stored: grant), let context = grant.context else { return nil }
        do throws(OpenIDError) {
            let token = try await provider.contextToken(grant.accessToken, context: context, subject: subject)
            return (context, token.text)
        } catch {
            throw error.deniesContext ? .outsideContext(settings.title, context: context) : translated(error)
        }
    }

    /// Refuses who comes from no context, where that is asked for, or isn't in the one that they come from.
    private func checkContext(of grant: OpenIDGrant, subject: String) async throws(AuthenticatorError) {
        guard !settings.contexts.isEmpty else { return }
        guard let context = grant.context, settings.admits(context) else { throw .noContext(settings.title) }
        do throws(OpenIDError) {
            _ = try await provider.contextToken(grant.accessToken, context: context, subject: subject)
        } catch {
            throw error.deniesContext ? .outsideContext(settings.title, context: context) : translated(error)
        }
    }

    /// Whether the provider still counts somebody among the context that they came from, and people may come from it.
    private func isStillInContext(_ grant: OpenIDGrant, subject: String) async throws(OpenIDError) -> Bool {
        guard !settings.contexts.isEmpty else { return true }
        guard let context = grant.context, settings.admits(context) else { return false }
        do throws(OpenIDError) {
            _ = try await provider.contextToken(grant.accessToken, context: context, subject: subject)
            return true
        } catch {
            // Said of the context alone: of a call in which the hub shows its own secret it would speak of that.
            if error.deniesContext { return false }
            throw error
        }
    }

    // MARK: Who

    /// What is known of somebody: the ID token's claims, and those that only userinfo has.
    private func person(
        _ subject: String,
        with grant: OpenIDGrant,
        _ claims: OpenIDClaims?,
    ) async throws(OpenIDError) -> AuthenticatedPerson {
        let more = try await provider.userInfo(grant.accessToken, subject: subject)
        let text = { (name: String) in more.string(name) ?? claims?.string(name) }
        let names = settings.userName.compactMap(text)
        return AuthenticatedPerson(
            subject: subject,
            label: text("email") ?? text("name") ?? names.first ?? subject,
            names: names,
            entitlements: more.strings(settings.entitlements) ?? claims?.strings(settings.entitlements),
            session: claims?.string("sid"),
            grant: grant.stored,
        )
    }
}
