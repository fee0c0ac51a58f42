import CarrelData
import CarrelModel
import CarrelStore
import Foundation

/// Has the data gateway try connections, and say how they are.
struct GatewayProbe: DataSourceProbe {
    let client: GatewayClient
    let credentials: CredentialStore
    let vault: Vault
    let configuration: @Sendable () -> Configuration
    let board: MountBoard

    func check(
        source: String,
        of user: Int64,
        with credential: DataCredential?,
    ) async throws(ProbeError) -> ConnectionState {
        let configuration = configuration()
        guard let settings = configuration.dataSources.first(where: { $0.name == source }) else {
            throw .unknownSource(source)
        }
        let present: DataCredential?
        if let credential { present = credential } else { present = await kept(of: user, for: source) }
        let plan = DataSourcePlans.plan(of: settings, with: present, in: configuration)
        return try await client.check(CheckQuestion(user: user, source: plan))
    }

    func states(of user: Int64) async throws(ProbeError) -> [String: ConnectionReport] {
        var reports = try await client.reports(of: user)
        let waiting = board.counts(of: user)
        for source in configuration().dataSources {
            reports[source.name]?.waiting = waiting[source.homeFolder] ?? 0
        }
        return reports
    }

    func renew(source: String, of user: Int64) async {
        // A gateway that doesn't answer asks again by itself in a quarter of a minute.
        try? await client.renew(user)
    }

    private func kept(of user: Int64, for source: String) async -> DataCredential? {
        let name = ConnectionRecord.credentialSource(of: source)
        guard let record = try? await credentials.find(ofUser: user, for: name),
            let bytes = try? vault.open(record.sealed, of: user, for: name)
        else { return nil }
        return try? JSONDecoder().decode(DataCredential.self, from: bytes)
    }
}
