import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import ServiceLifecycle

/// What the hub has to do with the data gateway.
struct GatewayParts {
    let access: FileAccessDesk
    let services: [any Service]

    /// Joins the parts.
    ///
    /// - Parameters:
    ///   - parts: those of the hub.
    ///   - client: asks the gateway.
    ///   - instances: knows people's homes.
    ///   - identities: knows people's sign-ins.
    ///   - sources: the data sources that a user has a connection to, with what they sign in with.
    ///   - endsGateway: whether the gateway is to end with the hub.
    ///   - now: tells the time.
    init(
        _ parts: Hub.Parts,
        client: GatewayClient,
        instances: InstanceDesk,
        identities: IdentityParts,
        sources: @escaping @Sendable (UserRecord) async throws -> [DataFolderPlan],
        endsGateway: @escaping @Sendable () -> Bool,
        now: @escaping @Sendable () -> Date,
    ) {
        let configuration = parts.configuration
        access = FileAccessDesk(
            store: parts.store.filePasswords,
            audit: AuditTrail(store: parts.store, now: now),
            revoked: client.revoked,
            now: now,
        )
        let admissions = AdmissionDesk(
            store: parts.store,
            settings: { AdmissionDesk.Settings(configuration.current) },
            homes: { try await instances.homes(of: $0) },
            sources: sources,
            now: now,
        )
        services = [
            HubListener.application(
                AdmissionAPI(desk: admissions, signInToken: identities.accessToken).router(),
                socket: parts.state.gatewayHub,
                for: .proxy,
                logger: parts.logger,
            ),
            GatewayKeeper(
                companion: Companion(
                    name: "gateway",
                    program: GatewayProgram.make(parts),
                    socket: parts.state.gatewayControl,
                    argumentsFile: parts.state.gatewayArguments,
                    answers: { await client.isUp() },
                    failure: { .gatewayFailed(reason: $0) },
                    logger: parts.logger,
                ),
                isUp: { await client.revoked(nil) },
                endsWithHub: endsGateway,
                clock: ContinuousClock(),
                logger: parts.logger,
            ),
        ]
    }

    /// Where the proxy sends what people ask the gateway for.
    static func route(_ state: StateDirectory) -> [String: ProxyClient.Entry] {
        let target = "http+unix://" + ServerVariables.host(state.gatewaySocket)
        return ["/dav": ProxyClient.Entry(target: target, user: "", serverName: "", shield: false)]
    }
}

extension AdmissionDesk.Settings {
    init(_ configuration: Configuration) {
        let range = configuration.sandbox.uidRange
        self.init(
            homes: configuration.storage.homes,
            uids: geteuid() == 0 ? range.first...range.last : nil,
            hasOwnUsers: !configuration.sandbox.leaveOut.contains(.users),
        )
    }
}
