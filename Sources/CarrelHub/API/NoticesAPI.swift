import CarrelModel
import CarrelStore
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// What a server is told for its user about their instance: asked for by what runs inside, with the server's own token.
struct NoticesAPI {
    let desk: ServerDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self).get("carrel/notices", use: notices)
    }

    @Sendable private func notices(_ request: Request, context: SignedInContext) async throws -> Response {
        guard case .token(let token, _) = context.caller, let server = token.serverId,
            let owned = try await desk.store.servers.withID(server)
        else {
            throw HubError.badRequest("Only a server's own token can ask for its notices.")
        }
        let now = desk.now()
        let answer = NoticesModel(
            instance: owned.instance,
            notices: try await desk.instances.notices(for: owned),
            now: now,
        )
        let tag = answer.tag
        if request.headers[.ifNoneMatch] == tag {
            return Response(status: .notModified, headers: [.eTag: tag, .cacheControl: "no-cache"])
        }
        var response = try Response.json(answer)
        response.headers[.eTag] = tag
        response.headers[.cacheControl] = "no-cache"
        return response
    }
}

/// The answer: the instance, and what there is to say.
struct NoticesModel: Encodable {
    struct Instance: Encodable {
        let name: String
        let title: String
        let kind: String
    }

    struct Link: Encodable {
        let label: String
        let href: String
    }

    struct Notice: Encodable {
        let id: String
        let kind: String
        let title: String
        let text: String
        let at: String?
        let level: String
        let dismissible: Bool
        let links: [Link]
    }

    let instance: Instance
    let notices: [Notice]
    /// The hub's time, so that a browser whose clock is off counts down rightly.
    let now: String

    init(instance: InstanceRecord, notices: [InstanceNotice], now: Date) {
        self.instance = Instance(
            name: instance.name.text,
            title: instance.title,
            kind: instance.settings.kind.rawValue,
        )
        let takeout = Link(label: "Download all my work", href: "\(HubPath.takeout)?home=\(instance.name)")
        self.notices = notices.map { notice in
            Notice(
                id: notice.id,
                kind: notice.kind.rawValue,
                title: notice.title,
                text: notice.text,
                at: notice.at.map(APITime.text),
                level: notice.level.rawValue,
                dismissible: notice.isDismissible,
                links: notice.kind == .message ? [] : [takeout],
            )
        }
        self.now = APITime.text(now)
    }

    /// Tells whether anything but the time of the answer changed.
    var tag: String {
        let parts = notices.map { "\($0.id) \($0.text) \($0.at ?? "")" } + [instance.title]
        let digest = SHA256.hash(data: Data(parts.joined(separator: "\n").utf8))
        return "\"" + digest.prefix(12).map { String(format: "%02x", $0) }.joined() + "\""
    }
}
