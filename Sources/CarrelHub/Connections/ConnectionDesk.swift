import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import Logging

/// People's links to data sources: what they are offered, what they gave for it, and how it is.
///
/// A credential is tried when it is given, by the data gateway: the hub itself never talks to a data source.
struct ConnectionDesk: Sendable {
    let store: Store
    let vault: Vault
    let probe: any DataSourceProbe
    let instances: InstanceDesk
    let tries: ConnectionTries
    let now: @Sendable () -> Date
    let logger: Logger

    var audit: AuditTrail { AuditTrail(store: store, now: now) }

    /// A data source as one person sees it.
    struct Entry: Sendable {
        let source: DataSourceSettings
        /// Whether it is still offered to them; otherwise they can only remove what they gave.
        let isOffered: Bool
        /// What they gave; nil for nothing.
        let connection: ConnectionRecord?
        /// Their user name there; empty where there is none.
        let userName: String
        /// Whether the hub signs in there with what they signed in here with.
        let signsInByItself: Bool
        let standing: ConnectionStanding

        /// Whether there is something to sign in there with.
        var isConfigured: Bool { connection != nil || signsInByItself }
    }

    /// All that concerns one person.
    struct Overview: Sendable {
        let entries: [Entry]
        /// Whether nobody can say how connections are: the states are those of earlier.
        let isBlind: Bool
    }

    // MARK: What there is

    /// The data sources that a person finds in the servers of an instance.
    func sources(of user: UserRecord, in instance: InstanceSettings) async throws -> [DataSourceSettings] {
        guard !user.isVisitor else { return [] }
        let all = instances.configuration().dataSources.filter { instance.offers(dataSource: $0.name) }
        guard all.contains(where: { !$0.groups.isEmpty }) else { return all }
        let groups = try await instances.groups(of: user)
        return all.filter { $0.isOffered(to: groups) }
    }

    /// The data sources that a person finds in servers of any instance that is theirs to use.
    func sources(of user: UserRecord) async throws -> [DataSourceSettings] {
        let all = instances.configuration().dataSources
        guard !user.isVisitor, !all.isEmpty else { return [] }
        let groups = try await instances.groups(of: user)
        let views = try await instances.views(for: user).filter(\.isShown)
        return all.filter { source in
            source.isOffered(to: groups) && views.contains { $0.instance.settings.offers(dataSource: source.name) }
        }
    }

    /// What a person is offered and has, with how it is now.
    func overview(of user: UserRecord) async throws -> Overview {
        let offered = try await sources(of: user)
        let links = try await store.connections.all(ofUser: user.id ?? 0)
        guard !offered.isEmpty || !links.isEmpty else { return Overview(entries: [], isBlind: false) }
        let reports = try await hear(of: user.id ?? 0)
        if let reports { try await note(reports, of: links) }
        return Overview(
            entries: try await entries(of: user, offered, links, reports: reports),
            isBlind: reports == nil,
        )
    }

    /// What a person is offered and has, with how it was when it was last looked at; asks nobody.
    func entries(of user: UserRecord) async throws -> [Entry] {
        let links = try await store.connections.all(ofUser: user.id ?? 0)
        return try await entries(of: user, try await sources(of: user), links, reports: nil)
    }

    /// One of a person's entries.
    ///
    /// - Throws: ``ConnectionRefusal/notOffered`` when it neither is offered nor was connected.
    func entry(_ name: String, of user: UserRecord) async throws -> Entry {
        guard let entry = try await overview(of: user).entries.first(where: { $0.source.name == name }) else {
            throw ConnectionRefusal.notOffered
        }
        return entry
    }

    private func entries(
        of user: UserRecord,
        _ offered: [DataSourceSettings],
        _ links: [ConnectionRecord],
        reports: [String: ConnectionReport]?,
    ) async throws -> [Entry] {
        guard !offered.isEmpty || !links.isEmpty else { return [] }
        let credentials = try await store.credentials.all(ofUser: user.id ?? 0, for: ConnectionRecord.credentialPrefix)
        let ways = try await signInWays(of: user)
        let conflicts = try await store.connections.conflicts(ofUser: user.id ?? 0)
        let gone = links.filter { link in !offered.contains { $0.name == link.source } }.map { link in
            instances.configuration().dataSources.first { $0.name == link.source }
                ?? DataSourceSettings(name: link.source)
        }
        return (offered.map { ($0, true) } + gone.map { ($0, false) }).map { source, isOffered in
            let link = links.first { $0.source == source.name }
            let credential = credentials.first { $0.source == ConnectionRecord.credentialSource(of: source.name) }
            let signsIn = isOffered && link == nil && source.signInWay.map(ways.contains) == true
            return Entry(
                source: source,
                isOffered: isOffered,
                connection: link,
                userName: credential?.label ?? "",
                signsInByItself: signsIn,
                standing: ConnectionStanding(
                    link: link,
                    isLost: link != nil && credential.flatMap { try? open($0) } == nil,
                    signsInByItself: signsIn,
                    report: reports?[source.name],
                    conflicts: conflicts[source.name] ?? [],
                ).inWords(of: source, signsInByItself: signsIn),
            )
        }
    }

    /// The authenticators that somebody can be recognised by elsewhere, too.
    private func signInWays(of user: UserRecord) async throws -> Set<String> {
        Set(try await store.identities.all(ofUser: user.id ?? 0).filter { $0.lapsedAt == nil }.map(\.provider))
    }

    /// What the gateway says of a person's connections; nil when it says nothing.
    ///
    /// Files of which two versions were kept are noted: the gateway remembers them only while it runs.
    func hear(of user: Int64) async throws -> [String: ConnectionReport]? {
        let reports: [String: ConnectionReport]
        do throws(ProbeError) {
            reports = try await probe.states(of: user)
        } catch {
            return nil
        }
        for (source, report) in reports where !report.conflicts.isEmpty {
            try await store.connections.note(conflicts: report.conflicts, ofUser: user, at: source, now: now())
        }
        return reports
    }

    /// Keeps what was heard, for when nobody can say it.
    private func note(_ reports: [String: ConnectionReport], of links: [ConnectionRecord]) async throws {
        for link in links {
            guard let report = reports[link.source], report.state.code != link.lastState else { continue }
            // What couldn't be tried stays so until it could.
            guard link.lastState != nil || !report.state.isPassing else { continue }
            try await store.connections.note(report.state.code, of: link, at: report.since)
        }
    }

    // MARK: For mounts and the gateway

    /// What a person gave for a data source; nil when there is nothing, or it can't be read any more.
    func credential(of user: Int64, for source: String) async throws -> DataCredential? {
        let kept = ConnectionRecord.credentialSource(of: source)
        return try await store.credentials.find(ofUser: user, for: kept).flatMap { try? open($0) }
    }

    private func open(_ record: CredentialRecord) throws -> DataCredential {
        let secret = try vault.open(record.sealed, of: record.userId, for: record.source)
        return try JSONDecoder().decode(DataCredential.self, from: secret)
    }
}
