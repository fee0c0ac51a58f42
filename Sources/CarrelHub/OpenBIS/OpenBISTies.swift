import CarrelModel
import CarrelStore
import Foundation
import OpenBISClient

/// Who somebody is at an openBIS, and with which token.
struct OpenBISTie: Sendable {
    let settings: AuthenticatorSettings
    let identity: IdentityRecord
    let grant: OpenBISGrant?
}

/// Who users are at the openBIS of the configuration.
struct OpenBISTies: Sendable {
    let store: Store
    let shelf: AuthenticatorShelf
    let grants: GrantVault

    /// All openBIS of the configuration, in the operator's order.
    var all: [AuthenticatorSettings] { shelf.all.filter { $0.kind == .openbis } }

    /// Who a user is at each openBIS, that which they came by last first; nothing for who is switched off.
    func ties(of user: UserRecord) async throws -> [OpenBISTie] {
        guard !user.isDisabled else { return [] }
        var ties: [OpenBISTie] = []
        for identity in try await store.identities.all(ofUser: user.id ?? 0) {
            guard identity.lapsedAt == nil, let settings = all.first(where: { $0.name == identity.provider }),
                settings.vouches(for: identity)
            else { continue }
            let grant = try await grants.grant(of: identity).flatMap { OpenBISGrant(stored: $0) }
            ties.append(OpenBISTie(settings: settings, identity: identity, grant: grant))
        }
        return ties.sorted { $0.lastUsed > $1.lastUsed }
    }
}

extension OpenBISTie {
    fileprivate var lastUsed: Date { identity.signedInAt ?? identity.createdAt }
}
