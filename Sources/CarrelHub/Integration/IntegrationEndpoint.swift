import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Where openBIS' electronic notebook posts a Jupyter notebook, as it does to `jupyter-openbis-integration-service`
/// (reference openbis 2.1, 2.5): any path at an address of its own, which the proxy puts below ``path``.
///
/// Cookies aren't looked at: a request is its token's owner's.
struct IntegrationEndpoint {
    /// Where it is on the hub's own address, without a slash at its end.
    static let path = "/services/openbis"

    let desk: IntegrationDesk

    var endpoints: RouteCollection<HubContext> {
        let routes = RouteCollection(context: HubContext.self)
        for method in [HTTPRequest.Method.get, .head, .post, .put, .patch, .delete, .options] {
            for route in [Self.path, Self.path + "/**"] {
                routes.on(RouterPath(route), method: method, use: answer)
            }
        }
        return routes
    }

    private struct Success: Encodable {
        let fileName: String
        let path: String
    }

    private struct Failure: Encodable {
        let message: String
    }

    @Sendable private func answer(_ request: Request, context: HubContext) async throws -> Response {
        guard let settings = desk.settings() else {
            return try Self.failure(IntegrationError.notOffered, Self.status(of: IntegrationError.notOffered))
        }
        let origin = request.headers[.origin]
        let allowed = AllowedOrigins(settings.integration.allowedOrigins, own: settings.ownOrigins)
        var response: Response
        do {
            if let origin, allowed.answer(to: origin) == nil { throw IntegrationError.foreignPage(Self.shown(origin)) }
            response = try await carriedOut(request, settings, context)
        } catch {
            response = try refused(error, context)
        }
        response.headers[.accessControlAllowOrigin] = allowed.answer(to: origin)
        response.headers[.accessControlAllowHeaders] = "x-requested-with, content-type"
        response.headers[.accessControlAllowMethods] = "POST, GET, OPTIONS"
        if !allowed.isAny { response.headers[.vary] = "Origin" }
        return response
    }

    private func carriedOut(
        _ request: Request,
        _ settings: IntegrationDesk.Settings,
        _ context: HubContext,
    ) async throws -> Response {
        switch request.method {
        case .options: return Response(status: .noContent)
        case .get, .head: throw IntegrationError.isRead
        case .post: break
        default: throw IntegrationError.method(request.method.rawValue)
        }
        let asked = try IntegrationRequest(query: request.uri.query)
        let place = try await AuditTrail.$source.withValue(AuditSource(context, request)) {
            try await desk.carryOut(
                asked,
                settings,
                length: request.headers[.contentLength].flatMap { Int64($0) },
                from: context.client,
                body: request.body,
            )
        }
        context.logger.info(
            "notebook.arrived",
            metadata: ["user": "\(place.user)", "kept": "\(!asked.isTrial)", "address": "\(context.client.address)"],
        )
        return try Self.json(Success(fileName: place.fileName, path: place.path), .ok)
    }

    // MARK: Answers

    private func refused(_ error: any Error, _ context: HubContext) throws -> Response {
        let status = Self.status(of: error)
        let known = (error as? any CarrelError) ?? HubError.unexpected
        context.logger.log(
            level: status.code >= 500 ? .error : .notice,
            "notebook.refused",
            metadata: [
                "code": "\(known.code)", "address": "\(context.client.address)",
                "error": "\(status.code >= 500 ? known.message : "")",
            ],
        )
        var response = try Self.failure(known, status)
        if case .tooManyAttempts(let wait)? = error as? HubError {
            response.headers[.retryAfter] = String(Int((wait / .seconds(1)).rounded(.up)))
        }
        if case .busy? = error as? IntegrationError { response.headers[.retryAfter] = "60" }
        if case .method? = error as? IntegrationError { response.headers[.allow] = "POST, GET, OPTIONS" }
        return response
    }

    private static func status(of error: any Error) -> HTTPResponse.Status {
        switch error {
        case let error as IntegrationError: HTTPResponse.Status(code: error.status)
        case let error as AuthenticatorError: error.status
        default: ErrorResponse.status(of: error)
        }
    }

    /// The words that openBIS' page shows; what its own service says stands alone.
    private static func failure(_ error: any CarrelError, _ status: HTTPResponse.Status) throws -> Response {
        let isKnown: Bool =
            switch error as? IntegrationError {
            case .missing, .badToken, .noUser, .isRead: true
            default: false
            }
        return try json(Failure(message: isKnown ? error.message : "\(error.message) \(error.remedy)"), status)
    }

    private static func json(_ value: some Encodable, _ status: HTTPResponse.Status) throws -> Response {
        var response = try Response.json(value, status: status)
        response.headers[.cacheControl] = "no-store"
        return response
    }

    /// An origin that somebody else wrote, in a message.
    private static func shown(_ origin: String) -> String {
        WebOrigin(text: origin)?.description ?? "another place"
    }
}

/// Whose pages may post.
struct AllowedOrigins {
    private let origins: [WebOrigin]
    let isAny: Bool

    /// - Parameters:
    ///   - allowed: what the operator says; none for openBIS' own.
    ///   - own: the origins of openBIS' own pages.
    init(_ allowed: [AllowedOrigin], own: [WebOrigin]) {
        isAny = allowed.contains(.any)
        let named = allowed.compactMap { origin in
            if case .one(let one) = origin { one } else { nil }
        }
        origins = named.isEmpty ? own : named
    }

    /// What a browser is told; nil when the page may not.
    ///
    /// - Parameter origin: of the page; nil for a program.
    /// - Returns: the value of `Access-Control-Allow-Origin`.
    func answer(to origin: String?) -> String? {
        if isAny { return "*" }
        guard let origin else { return origins.first?.description }
        return WebOrigin(text: origin).flatMap { origins.contains($0) ? origin : nil }
    }
}
