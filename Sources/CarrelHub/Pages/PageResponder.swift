import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Where the hub's own pages are.
enum HubPath {
    static let prefix = "/hub/"
    static let home = prefix + "home"
    static let signIn = prefix + "login"
    static let signInCode = signIn + "/second-factor"
    static let signOut = prefix + "logout"
    static let account = prefix + "account"
    static let notMe = account + "/not-me"
    static let secondFactor = account + "/second-factor"
    static let storage = prefix + "storage"
    static let restore = prefix + "restore"
    static let takeout = prefix + "takeout"
    static let requests = prefix + "requests"
    static let admin = prefix + "admin"
    static let groups = admin + "/groups"
    static let myGroups = prefix + "groups"
    static let reset = prefix + "reset"
    static let signUp = prefix + "sign-up"
    static let password = prefix + "password"
    static let instances = prefix + "instances"

    static func start(_ key: ServerKey) -> String { path("spawn", key) }
    static func progress(_ key: ServerKey) -> String { path("spawn-pending", key) }
    static func stop(_ key: ServerKey) -> String { path("stop", key) }
    static func instance(_ name: InstanceName) -> String { "\(instances)/\(name)" }
    static func group(_ name: GroupName) -> String { "\(groups)/\(name.pathSegment)" }
    static func myGroup(_ name: GroupName) -> String { "\(myGroups)/\(name.pathSegment)" }
    static func log(_ key: ServerKey) -> String { path("logs", key) }

    private static func path(_ page: String, _ key: ServerKey) -> String {
        "\(prefix)\(page)/\(key.user.pathSegment)" + (key.server.isDefault ? "" : "/\(key.server.text)")
    }
}

/// Renders pages into answers.
struct PageResponder: Sendable {
    let renderer: PageRenderer
    let announcement: @Sendable () -> String
    /// What the operator calls this hub.
    let hubName: @Sendable () -> String
    let now: @Sendable () -> Date
    /// Whether there are data sources to connect.
    var hasConnections: @Sendable () -> Bool = { false }
    /// Whether there is an openBIS to browse.
    var hasOpenBIS: @Sendable () -> Bool = { false }

    /// A page for whoever asks.
    func page(
        _ page: some Page,
        status: HTTPResponse.Status = .ok,
        for user: UserRecord?,
        xsrf: String,
        notice: Notice? = nil,
    ) throws -> Response {
        let announcement = announcement()
        let frame = PageFrame(
            links: HubLinks(prefix: HubPath.prefix),
            userName: user?.name.text,
            isAdmin: user?.isAdmin ?? false,
            isVisitor: user?.isVisitor ?? false,
            hasConnections: hasConnections(),
            hasOpenBIS: hasOpenBIS(),
            xsrf: xsrf,
            notice: notice,
            announcement: announcement.isEmpty ? nil : announcement,
            version: CarrelVersion.text,
            hubName: hubName(),
        )
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: try renderer.render(page, in: frame))),
        )
    }

    /// The page of an error.
    func error(
        _ error: any CarrelError,
        status: HTTPResponse.Status,
        request: Request,
        context: HubContext,
    ) -> Response {
        let shown = ErrorPage(
            status: status.code,
            message: error.message,
            remedy: error.remedy,
            requestID: context.client.requestID,
            // Whoever follows a link with a token in it follows it again where it stands, not from a page of ours.
            retryURL: request.method == .get && !OpenBISLinks.isLink(request) ? PageLink(request.uri.string) : nil,
        )
        return failure(shown, status: status, context: context)
    }

    /// A page about something that didn't work, which is there whatever else fails.
    func failure(_ shown: some Page, status: HTTPResponse.Status, context: HubContext) -> Response {
        do {
            return try page(shown, status: status, for: context.caller.user, xsrf: context.xsrf)
        } catch {
            context.logger.error("page.failed", metadata: ["error": "\(error)"])
            return Response(status: status, headers: [.contentType: "text/plain; charset=utf-8"])
        }
    }
}
