import CarrelAuth
import CarrelData
import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Turns errors into answers: a page for people, JSON for programs.
///
/// The only place that knows HTTP statuses of errors.
struct ErrorResponse: Sendable {
    let pages: PageResponder

    func response(to error: any Error, request: Request, context: HubContext) -> Response {
        if error is SignInNeeded { return signIn(request) }
        if case HubError.notSignedIn = error, !request.wantsJSON { return signIn(request) }
        if case HubError.passwordMustChange = error, !request.wantsJSON {
            return .redirect(to: HubPath.password + Self.nextQuery(request), type: .found)
        }
        if case .otherWay(let name, let title, let ways)? = error as? HubError,
            request.isRead(in: OAuthAPI.authorizePath)
        {
            let next = request.method == .get ? request.uri.string : HubPath.enter(name)
            return pages.failure(OtherWayPage(title, ways, next: next), status: .forbidden, context: context)
        }
        let status = Self.status(of: error)
        if status.code >= 500 {
            context.logger.error("request.failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
        }
        let shown = (error as? any CarrelError) ?? Self.translated(error, status: status, path: request.uri.path)
        var response =
            request.wantsJSON
            ? Self.json(shown, status: status)
            : pages.error(shown, status: status, request: request, context: context)
        if case .tooManyAttempts(let wait)? = error as? HubError {
            response.headers[.retryAfter] = String(Int(wait.seconds.rounded(.up)))
        }
        if case .tooMany(let wait)? = error as? ConnectionRefusal {
            response.headers[.retryAfter] = String(Int(wait.seconds.rounded(.up)))
        }
        if let refusal = error as? TakeoutRefusal, !refusal.isMissing { response.headers[.retryAfter] = "60" }
        return response
    }

    private func signIn(_ request: Request) -> Response {
        .redirect(to: HubPath.signIn + Self.nextQuery(request), type: .found)
    }

    /// Leads back to what was asked for; not to where a form was sent.
    private static func nextQuery(_ request: Request) -> String {
        request.method == .get ? "?next=\(request.uri.string.queryValue)" : ""
    }

    private static func json(_ error: any CarrelError, status: HTTPResponse.Status) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try? encoder.encode(ErrorBody(status: status.code, message: error.message, code: error.code))
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body ?? Data())),
        )
    }

    /// The body of an error answer: JupyterHub's two keys (reference 2.1), and our stable name for the error.
    private struct ErrorBody: Encodable {
        let status: Int
        let message: String
        let code: String
    }

    /// Our words for an error of the HTTP library.
    private static func translated(_ error: any Error, status: HTTPResponse.Status, path: String) -> HubError {
        switch status {
        case .notFound: .noSuchPage(path)
        case .internalServerError: .unexpected
        default: .badRequest((error as? HTTPError)?.body ?? status.reasonPhrase)
        }
    }

    static func status(of error: any Error) -> HTTPResponse.Status {
        switch error {
        case let error as HubError: status(of: error)
        case let error as any HTTPResponseError: error.status
        case let error as TokenSignInError:
            switch error {
            case .missing, .bad: .unauthorized
            case .notOffered, .foreign, .own, .unknown, .notAllowed: .forbidden
            }
        case let error as ConnectionRefusal:
            switch error {
            case .notOffered: .notFound
            case .notConnected: .conflict
            case .userNameMissing, .secretMissing, .unfitCredential, .nothingToGive: .badRequest
            case .state(let state): state.isPassing ? .badGateway : .unprocessableContent
            case .tooMany: .tooManyRequests
            case .probe: .serviceUnavailable
            case .vault: .internalServerError
            }
        case let error as LaunchError: HTTPResponse.Status(code: error.status)
        case let error as StoreError:
            switch error {
            case .noSuchUser, .noSuchGroup, .noSuchToken, .noSuchRequest, .noSuchInstance, .notMember: .notFound
            case .groupOfInstance, .projectLeft, .notInInstance, .identityTaken, .lastWayIn: .conflict
            case .lastManager, .userExists, .userLooksLike, .groupExists, .requestClosed, .tooManyRequests,
                .tooManyTakeouts, .tooManyBuilds,
                .instanceExists,
                .instanceNameTaken, .instanceInUse, .instanceFull, .instanceOver, .instanceEndless, .instanceInFile,
                .instanceIsDefault, .instanceChanged:
                .conflict
            case .textTooLong, .textMissing, .instanceEndPast: .badRequest
            case .unavailable, .damaged, .newer: .internalServerError
            case .buildsFull: .serviceUnavailable
            }
        case let error as AccountError: status(of: error)
        case let error as SignUpError:
            switch error {
            case .taken: .conflict
            case .tooManyWaiting: .serviceUnavailable
            case .tooManyNear: .tooManyRequests
            case .gone: .notFound
            }
        case let error as InvitationError: error == .unknown ? .notFound : .gone
        case is CatalogueError: .serviceUnavailable
        case is NameError, is AuthError, is UnitError: .badRequest
        case let error as HomeFilesError: status(of: error)
        case let error as TakeoutError: status(of: error)
        case let error as TakeoutRefusal: error.isMissing ? .notFound : .tooManyRequests
        case let error as SpawnError: error.code == "spawn.homeFull" ? noRoom : .internalServerError
        default: .internalServerError
        }
    }

    private static let noRoom = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")

    private static func status(of error: AccountError) -> HTTPResponse.Status {
        switch error {
        case .wrongPassword, .samePassword, .passwordsDiffer, .wrongCode, .secondFactorExpired, .secondFactorIsOn,
            .secondFactorIsOff, .noPassword, .badEmail:
            .badRequest
        case .linkGone: .notFound
        case .disabled, .homeLeft, .serverRuns: .conflict
        case .passwordUnreadable, .secondFactorUnreadable: .internalServerError
        }
    }

    private static func status(of error: HomeFilesError) -> HTTPResponse.Status {
        switch error {
        case .notFound: .notFound
        case .badPath: .badRequest
        case .notAllowed: .forbidden
        case .full: noRoom
        case .failed: .serviceUnavailable
        }
    }

    private static func status(of error: TakeoutError) -> HTTPResponse.Status {
        switch error {
        case .noHome, .notFound: .notFound
        case .badPath: .badRequest
        case .notAllowed: .forbidden
        case .noRoom, .tooLarge: noRoom
        case .failed: .serviceUnavailable
        }
    }

    private static func status(of error: HubError) -> HTTPResponse.Status {
        switch error {
        case .signInStale, .signInByToken, .notSignedIn, .scopeMissing, .notYours, .xsrf, .contentType, .notAdmin,
            .passwordMustChange,
            .cannotEnter, .notForVisitors, .otherWay:
            .forbidden
        case .notFound, .noSuchPage, .noSuchGroup, .noAccessToken: .notFound
        case .groupExists, .environmentGone: .conflict
        case .badRequest, .alreadyRunning, .tooManyServers, .reservedServerName: .badRequest
        case .tooManyAttempts: .tooManyRequests
        case .proxyBehind, .environmentNotBuilt, .providerSilent: .serviceUnavailable
        case .notRunning: HTTPResponse.Status(code: 424, reasonPhrase: "Failed Dependency")
        case .catalogueUnreadable, .startFailed, .serverEnded, .outOfAccounts, .proxyFailed, .gatewayFailed,
            .stateUnusable,
            .stateInUse, .unexpected:
            .internalServerError
        }
    }
}

extension Request {
    /// Whether somebody reads the answer, and no program: also at an address of the API that browsers are sent to.
    fileprivate func isRead(in browserPath: String) -> Bool { !wantsJSON || uri.path == browserPath }

    /// Whether the caller is a program: it speaks to the API, or asks for JSON and not for a page.
    ///
    /// So is whoever speaks to a server's API, or sends something to a server (reference 2.6).
    var wantsJSON: Bool {
        if uri.path.hasPrefix(APIPath.prefix + "/") || uri.path == APIPath.prefix { return true }
        if uri.path == HubPath.prefix + "jwt_login" { return true }
        if uri.path.hasPrefix(HubPath.prefix + "user/") {
            let isRead = method == .get || method == .head
            if !isRead || uri.path.split(separator: "/").dropFirst(3).contains("api") { return true }
        }
        let accept = headers[.accept] ?? ""
        return accept.contains("application/json") && !accept.contains("text/html")
    }
}
