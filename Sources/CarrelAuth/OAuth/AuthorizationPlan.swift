public import Foundation

/// What to answer at the authorization endpoint, `/hub/api/oauth2/authorize`, decided from values alone.
///
/// As observed in JupyterHub 6.1.1 (reference 1.11). We differ: role names aren't taken for scopes; a challenge that
/// can't be one (RFC 7636 §4.2) is refused at once; access is checked again on the POST; a POST can't grant more than
/// the page offered; a client may ask for part of what `inherit` would give.
public struct AuthorizationPlan: Sendable {
    /// Who is signed in.
    public struct Visitor: Sendable {
        /// The store's number.
        public let userID: Int64
        /// Their name now.
        public let userName: String
        /// Their browser session.
        public let sessionID: String
        /// What they may do now.
        public let scopes: ScopeSet
        /// What live tokens of this client already hold for them, as written.
        public let granted: [Scope]
        /// Who is in which group.
        public let membership: GroupMembership

        /// Makes a visitor.
        public init(
            userID: Int64,
            userName: String,
            sessionID: String,
            scopes: ScopeSet,
            granted: [Scope] = [],
            membership: GroupMembership = .none,
        ) {
            self.userID = userID
            self.userName = userName
            self.sessionID = sessionID
            self.scopes = scopes
            self.granted = granted
            self.membership = membership
        }
    }

    /// What the person said.
    public enum Consent: Sendable, Equatable {
        /// Nothing yet: a GET.
        case notAsked
        /// The form was sent, its `_xsrf` was right, and these `scopes` were in it; none grants the minimum.
        case given(scopes: [String])
        /// The form was sent with “no”.
        case denied
    }

    /// The answer.
    public enum Step: Sendable, Equatable {
        /// 302 to the sign-in page, with the whole request as `next`.
        case signIn
        /// A page; never a redirect, because nothing says that the address is the client's (RFC 6749 §4.1.2.1).
        case errorPage(status: Int, message: String)
        /// 302 to this address, which tells the client what is wrong.
        case redirectError(location: String)
        /// 403: this person may not enter.
        case forbidden
        /// 200: ask. `described` are the scopes to put before the person, `offered` go into the form's hidden fields.
        case confirm(described: [Scope], offered: [Scope])
        /// Store this under a new code, and 302 to ``RedirectURI/carrying(code:state:to:)``.
        case grant(OAuthCode)
    }

    /// Whether codes are given without a challenge.
    public enum PKCE: Sendable, Equatable {
        /// Yes: JupyterHub's default.
        case optional
        /// No (`oauth_require_pkce`).
        case required
    }

    let pkce: PKCE
    let table: ScopeTable

    /// Makes a plan.
    ///
    /// - Parameters:
    ///   - pkce: whether codes are given without a challenge.
    ///   - table: the scopes that exist.
    public init(pkce: PKCE = .optional, table: ScopeTable = .standard) {
        self.pkce = pkce
        self.table = table
    }

    /// Decides on a request.
    ///
    /// - Parameters:
    ///   - request: the query.
    ///   - client: found by ``AuthorizationRequest/clientID``.
    ///   - visitor: nil when nobody is signed in.
    ///   - consent: what the person said.
    ///   - now: the clock.
    /// - Returns: what to do and answer.
    public func decide(
        _ request: AuthorizationRequest,
        client: OAuthClient?,
        visitor: Visitor?,
        consent: Consent,
        at now: Date,
    ) -> Step {
        guard let visitor else { return .signIn }
        do throws(Stop) {
            let (client, resource) = try identify(request, client)
            let challenge = try challenge(of: request, client)
            let asked = try requestedScopes(request.scope, request, client, resource, visitor)
            guard mayEnter(resource, visitor) else { return .forbidden }
            let offered = held(asked, resource, visitor)
            let granted: [Scope]
            switch consent {
            case .denied:
                throw failure(request, client, "access_denied", nil)
            case .given(let texts):
                granted = try chosen(texts, offered, request, client, resource, visitor)
            case .notAsked:
                let isAsked = needsConsent(offered, client, resource, visitor)
                guard !isAsked else { return .confirm(described: described(offered, resource), offered: offered) }
                granted = offered
            }
            return .grant(
                OAuthCode(
                    clientID: client.id,
                    userID: visitor.userID,
                    sessionID: visitor.sessionID,
                    redirectURI: client.redirectURI,
                    scopes: granted,
                    challenge: challenge,
                    expires: now.addingTimeInterval(OAuthCode.lifetime.seconds),
                )
            )
        } catch {
            return error.step
        }
    }

    // MARK: - Who asks

    struct Stop: Error {
        let step: Step
    }

    private func identify(
        _ request: AuthorizationRequest,
        _ client: OAuthClient?,
    ) throws(Stop) -> (OAuthClient, OAuthResource) {
        func page(_ message: String) -> Stop { Stop(step: .errorPage(status: 400, message: message)) }
        if let name = request.repeated { throw page("Duplicate \(name) parameter.") }
        guard let id = request.clientID else { throw page("Missing client_id parameter.") }
        guard let client, client.id.isSameBytes(as: id) else { throw page("Invalid client_id parameter value.") }
        guard !client.redirectURI.isEmpty else { throw page("Missing redirect URI.") }
        guard request.redirectURI?.isSameBytes(as: client.redirectURI) ?? true else {
            throw page("Mismatching redirect URI.")
        }
        guard let responseType = request.responseType else {
            throw failure(request, client, "invalid_request", "Missing response_type parameter.")
        }
        guard responseType == "code" else { throw failure(request, client, "unsupported_response_type", nil) }
        guard let resource = client.resource else {
            throw Stop(step: .errorPage(status: 500, message: "This client belongs to no server and no service."))
        }
        return (client, resource)
    }

    private func challenge(
        of request: AuthorizationRequest,
        _ client: OAuthClient,
    ) throws(Stop) -> PKCEChallenge? {
        guard let value = request.challenge else {
            guard pkce == .optional else {
                throw failure(request, client, "invalid_request", "Code challenge required.")
            }
            return nil
        }
        guard let method = PKCEChallenge.Method(rawValue: request.challengeMethod ?? "plain") else {
            throw failure(request, client, "invalid_request", "Transform algorithm not supported.")
        }
        guard let challenge = PKCEChallenge(method: method, value: value) else {
            throw failure(request, client, "invalid_request", "Malformed code challenge.")
        }
        return challenge
    }

    func failure(
        _ request: AuthorizationRequest,
        _ client: OAuthClient,
        _ error: String,
        _ description: String?,
    ) -> Stop {
        let parameters = [("error", error), ("error_description", description), ("state", request.state)]
        return Stop(step: .redirectError(location: RedirectURI.adding(parameters, to: client.redirectURI)))
    }
}
