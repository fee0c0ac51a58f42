import CarrelModel
import CarrelStore

/// A way to sign in that an instance wants and somebody didn't come by.
struct WantedWay: Sendable, Equatable {
    /// The name of an authenticator; nil for accounts of the hub.
    let authenticator: String?
    let title: String
    /// How it begins.
    let start: AuthenticatorKind.Start
}

extension InstanceDesk {
    /// Refuses somebody who came to the hub by a way that an instance doesn't want.
    ///
    /// - Throws: ``HubError/otherWay(instance:title:ways:)``.
    func checkWay(of caller: Caller, in instance: InstanceRecord) async throws {
        let wanted = instance.settings.signIn
        guard !wanted.isEmpty, let user = caller.user, !user.isVisitor else { return }
        guard try await ways(of: caller).isDisjoint(with: wanted) else { return }
        throw HubError.otherWay(
            instance: instance.name,
            title: instance.settings.title,
            ways: Self.wanted(wanted, configuration().authenticators),
        )
    }

    /// The same for the instance that a server of one's own is in, or would be.
    ///
    /// - Throws: ``HubError/otherWay(instance:title:ways:)``.
    func checkWay(of caller: Caller, to key: ServerKey) async throws {
        // Who starts somebody else's server doesn't enter it.
        guard let user = caller.user, user.name == key.user, let instance = try await instance(of: key.server),
            !instance.settings.signIn.isEmpty, let view = try await view(of: instance.name, for: user),
            // To whom it isn't open it doesn't exist.
            view.refusal != .notInvited || view.manages
        else { return }
        try await checkWay(of: caller, in: instance)
    }

    /// The instance that an address of the hub or of a server leads to, as the hub has already checked it, with its query; nil
    /// when it leads to none in particular.
    func instance(behind path: String) async throws -> InstanceRecord? {
        switch SignInTarget(path) {
        case .instance(let name): return try await store.instances.named(name)
        case .server(let name): return try await instance(of: name)
        case .client(let identifier):
            guard let client = try await store.oauth.client(identifier),
                let owned = try await store.servers.withID(client.serverId)
            else { return nil }
            return owned.instance
        case nil: return nil
        }
    }

    private func instance(of server: ServerName) async throws -> InstanceRecord? {
        if !server.isDefault, let named = try await store.instances.named(InstanceName(of: server)) { return named }
        return try await store.instances.named(.default)
    }

    /// The ways by which somebody came; of a token, which nobody signs in with, all by which its owner can.
    private func ways(of caller: Caller) async throws -> Set<String> {
        switch caller {
        case .nobody: return []
        case .session(let session, _):
            guard let id = session.identityId else { return [InstanceSettings.localWay] }
            return Set([try await store.identities.withID(id)?.provider].compactMap(\.self))
        case .token(_, let user):
            let identities = try await store.identities.all(ofUser: user.id ?? 0).filter { $0.lapsedAt == nil }
            return Set(identities.map(\.provider) + (user.passwordHash == nil ? [] : [InstanceSettings.localWay]))
        }
    }

    private static func wanted(_ names: [String], _ authenticators: [AuthenticatorSettings]) -> [WantedWay] {
        names.compactMap { name in
            guard name != InstanceSettings.localWay else {
                return WantedWay(authenticator: nil, title: "an account of this hub", start: .form)
            }
            return authenticators.first { $0.name == name }.map {
                WantedWay(authenticator: name, title: $0.title, start: $0.kind.start)
            }
        }
    }
}
