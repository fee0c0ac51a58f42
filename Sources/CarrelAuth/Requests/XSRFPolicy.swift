/// Whether a request must carry the ``XSRFToken`` of its session, decided from the request alone.
///
/// Follows JupyterHub as observed (reference 1.13), where users serve pages on the hub's own origin: `/user/mallory/`
/// is *same-origin* for the browser, so neither SameSite cookies nor an Origin check can tell it from a hub page, only
/// the token can. We differ in five places, always to the strict side:
///
/// 1. A GET that **acts** (`/hub/spawn/…`, `/hub/accept-share`) is exempt only as a navigation of the window itself.
///    CVE-2026-40864: any `no-cors` request was exempt, also a POST that another page sent. JupyterHub still exempts
///    same-origin `no-cors` GETs, so an image on mallory's page presses Start for whoever looks at it.
/// 2. The exemptions of `websocket` and `no-cors` hold for reading methods only.
/// 3. Page GETs with `cors` or `same-origin` need the token, as API GETs do in JupyterHub: a script could otherwise
///    read the token out of a page.
/// 4. So do same-origin `no-cors` GETs of a script's own, which JupyterHub exempts.
/// 5. An unsafe request whose `Origin` (or, without one, `Referer`) is another site's is refused outright, unless the
///    browser itself says `same-origin`, which means that a proxy in front of us changed `Host`.
public struct XSRFPolicy: Sendable, Equatable {
    /// How the request showed who it is from.
    public enum Credential: Sendable, Equatable {
        /// An API token in the `Authorization` header; no browser adds one by itself.
        case token
        /// A session cookie that is valid.
        case cookie
        /// None, or none that is valid.
        case nobody
    }

    /// What kind of answer it wants.
    public enum Face: Sendable, Equatable {
        /// A page, also the sign-in form.
        case page
        /// The REST API.
        case api
    }

    /// What it does, whatever its method says.
    public enum Effect: Sendable, Equatable {
        /// A GET reads.
        case reads
        /// A GET changes something: starts a server, accepts a share, signs out.
        case acts
    }

    /// The site of `Origin` or `Referer`, compared with the hub's own addresses.
    public enum Source: Sendable, Equatable {
        /// The field is missing.
        case absent
        /// It is ours.
        case own
        /// It is another's, or `null`.
        case foreign
    }

    /// What is looked at in a request.
    public struct Request: Sendable, Equatable {
        /// In capitals.
        public var method: String
        /// Who it is from.
        public var credential: Credential
        /// What it wants.
        public var face: Face
        /// What it does.
        public var effect: Effect
        /// `Sec-Fetch-Mode`; browsers leave it out on plain http (but for localhost), programs always.
        public var fetchMode: String?
        /// `Sec-Fetch-Site`.
        public var fetchSite: String?
        /// `Sec-Fetch-Dest`.
        public var fetchDestination: String?
        /// Of `Origin`.
        public var origin: Source
        /// Of `Referer`.
        public var referer: Source
        /// `Content-Type`.
        public var contentType: String?

        /// Makes a request.
        public init(
            method: String,
            credential: Credential,
            face: Face,
            effect: Effect = .reads,
            fetchMode: String? = nil,
            fetchSite: String? = nil,
            fetchDestination: String? = nil,
            origin: Source = .absent,
            referer: Source = .absent,
            contentType: String? = nil,
        ) {
            self.method = method
            self.credential = credential
            self.face = face
            self.effect = effect
            self.fetchMode = fetchMode
            self.fetchSite = fetchSite
            self.fetchDestination = fetchDestination
            self.origin = origin
            self.referer = referer
            self.contentType = contentType
        }
    }

    /// What to do.
    public enum Decision: Sendable, Equatable {
        /// Go on without a token.
        case exempt
        /// Go on when the `_xsrf` argument or the `X-XSRFToken` / `X-CSRFToken` field holds the token; else 403.
        case tokenRequired
        /// Answer 403 in any case.
        case refuse(Refusal)
    }

    /// Why a request is refused in any case.
    public enum Refusal: Sendable, Equatable {
        /// It comes from another site.
        case otherSite
        /// An API POST by cookie that isn't JSON, which a form of another site could send.
        case notJSON
    }

    /// Makes the policy.
    public init() {}

    /// Decides on a request.
    ///
    /// - Parameter request: `POST /users/NAME/tokens` with a password in its body, and the OAuth token endpoint, show
    ///   their credential in the body: treat them as `.token`.
    /// - Returns: what to do.
    public func decide(_ request: Request) -> Decision {
        if request.credential == .token { return .exempt }
        // The API then answers 403 “Missing or invalid credentials.” Not so with an Origin: another site's page
        // would learn from the different answers whether its visitor is signed in here.
        if request.face == .api, request.credential == .nobody, request.origin == .absent { return .exempt }
        guard ["GET", "HEAD", "OPTIONS"].contains(request.method) else { return unsafe(request) }
        return request.effect == .acts ? acting(request) : reading(request)
    }

    private func reading(_ request: Request) -> Decision {
        switch request.fetchMode {
        case nil, "navigate", "websocket": .exempt
        case "no-cors": request.fetchSite == "same-origin" && isEmbedded(request) ? .exempt : .tokenRequired
        default: .tokenRequired
        }
    }

    /// Whether it is for an image, a style or another part of a page, which no script can read; a script's own `fetch` with
    /// `no-cors` is `empty`, and what it gets of its own origin it can read (Fetch, 4.1, main fetch).
    private func isEmbedded(_ request: Request) -> Bool {
        request.fetchDestination.map { $0 != "empty" } ?? false
    }

    private func acting(_ request: Request) -> Decision {
        switch request.fetchMode {
        case nil: .exempt
        case "navigate": [nil, "document"].contains(request.fetchDestination) ? .exempt : .tokenRequired
        default: .tokenRequired
        }
    }

    private func unsafe(_ request: Request) -> Decision {
        let source = request.origin == .absent ? request.referer : request.origin
        if source == .foreign, request.fetchSite != "same-origin" { return .refuse(.otherSite) }
        if request.face == .api, request.credential == .cookie, request.method == "POST",
            let type = request.contentType, !Self.isJSON(type)
        {
            return .refuse(.notJSON)
        }
        return .tokenRequired
    }

    /// Whether the media type is `application/json`, whatever its parameters.
    private static func isJSON(_ contentType: String) -> Bool {
        let type = contentType.prefix { $0 != ";" }.lowercased()
        return type.split(whereSeparator: { $0 == " " || $0 == "\t" }) == ["application/json"]
    }
}
