import CarrelAuth
import CarrelModel
import CarrelStore
import HTTPTypes
import Hummingbird

extension AuditSource {
    /// Who makes a request, from where.
    init(_ context: HubContext, _ request: Request) {
        let (kind, way, wayId): (Kind, Way, Int64?) =
            switch context.caller {
            case .nobody: (.stranger, request.uri.path.hasPrefix(APIPath.prefix) ? .api : .page, nil)
            case .session(let session, _): (.user, .page, session.id)
            case .token(let token, _): (.user, .api, token.id)
            }
        self.init(
            kind: kind,
            name: context.caller.user?.name.text ?? "",
            userId: context.caller.user?.id,
            way: way,
            wayId: wayId,
            address: context.client.address,
            userAgent: request.headers[.userAgent] ?? "",
        )
    }
}

extension ClientConnection {
    /// What refusals are counted for: the address, or for IPv6 the network of which one person usually has all.
    var network: String { RequestAddress(address)?.networkKey ?? address }
}
