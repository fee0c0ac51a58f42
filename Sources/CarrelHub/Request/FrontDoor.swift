import CarrelAuth
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The first to see a request: learns how it reached us, and gives every answer its headers.
///
/// What the proxy says about the client is believed only on the socket that only the proxy can open.
struct FrontDoor: RouterMiddleware {
    /// Which of the hub's two sockets it stands at.
    enum Side: Sendable {
        /// The proxy's: private to Carrel.
        case proxy
        /// The one that is offered to every server.
        case servers
    }

    let side: Side
    let renderer: ErrorResponse
    let outside: @Sendable () -> Outside

    /// What the operator says of the way from browsers to us.
    struct Outside: Sendable {
        /// The operator's proxies before ours.
        var trustedProxies: [AddressRange] = []
        /// Whether the public address begins with `https`, whoever speaks TLS.
        var isSecure = false
    }

    func handle(
        _ request: Request,
        context: HubContext,
        next: (Request, HubContext) async throws -> Response,
    ) async throws -> Response {
        var context = context
        context.client = connection(of: request)
        context.logger[metadataKey: "request"] = "\(context.client.requestID)"
        var response: Response
        do {
            // A page of somebody else's on this origin may ask for any of our addresses as its service worker.
            guard request.headers[.serviceWorker] == nil else { throw HubError.noSuchPage(request.uri.path) }
            response = try await next(request, context)
        } catch let known as Authentication.Recognised {
            response = renderer.response(to: known.error, request: request, context: known.context)
        } catch {
            response = renderer.response(to: error, request: request, context: context)
        }
        addHeaders(to: &response, request: request, context: context)
        context.logger.debug(
            "request",
            metadata: [
                "method": "\(request.method)",
                "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
            ],
        )
        return response
    }

    private func connection(of request: Request) -> ClientConnection {
        guard side == .proxy else {
            return ClientConnection(requestID: UUID().uuidString.lowercased())
        }
        return ClientConnection(
            address: address(in: request.headers[.forwardedFor] ?? ""),
            isSecure: request.headers[.forwardedProto] == "https" || outside().isSecure,
            host: request.headers[.forwardedHost] ?? request.head.authority ?? "",
            requestID: request.headers[.requestID] ?? UUID().uuidString.lowercased(),
        )
    }

    /// The address that our proxy saw, or, where that is the operator's other proxy, the one before it.
    private func address(in forwarded: String) -> String {
        let claims = forwarded.split(separator: ",")
        guard let last = claims.last, let peer = RequestAddress(last.trimmingCharacters(in: .whitespaces)) else {
            return ""
        }
        let before = claims.dropLast().joined(separator: ",")
        return RequestAddress.client(peer: peer, forwardedFor: before, trusted: outside().trustedProxies).description
    }

    private func addHeaders(to response: inout Response, request: Request, context: HubContext) {
        response.headers[.jupyterHubVersion] = JupyterHub.version
        response.headers[.requestID] = context.client.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "same-origin" }
        // Keeps a window of ours out of the hands of the page that opened it, also one of this origin.
        response.headers[.crossOriginOpenerPolicy] = "noopener-allow-popups"
        let isAPI = request.uri.path.hasPrefix(APIPath.prefix)
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] =
                isAPI
                ? "default-src 'none'; frame-ancestors 'none'"
                : "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        }
        if response.headers[.cacheControl] == nil { response.headers[.cacheControl] = "no-store" }
    }
}

/// What we tell the programs of JupyterHub's world about ourselves.
enum JupyterHub {
    /// The version whose contract we keep; servers compare its first number with their own (reference 1.4).
    static let version = "6.1.1"
}

extension HTTPField.Name {
    static let forwardedFor = ours("X-Forwarded-For")
    static let forwardedProto = ours("X-Forwarded-Proto")
    static let forwardedHost = ours("X-Forwarded-Host")
    static let requestID = ours("X-Request-ID")
    static let jupyterHubVersion = ours("X-JupyterHub-Version")
    static let crossOriginOpenerPolicy = ours("Cross-Origin-Opener-Policy")
    static let serviceWorker = ours("Service-Worker")
    static let referrerPolicy = ours("Referrer-Policy")
    static let secFetchMode = ours("Sec-Fetch-Mode")
    static let secFetchSite = ours("Sec-Fetch-Site")
    static let secFetchDest = ours("Sec-Fetch-Dest")
    static let xsrfToken = ours("X-XSRFToken")
    static let csrfToken = ours("X-CSRFToken")

    static func ours(_ text: String) -> Self {
        guard let name = Self(text) else { preconditionFailure("\(text) is no field name") }
        return name
    }
}
