import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import Synchronization

@testable import CarrelHub

/// A data gateway that answers what a test says, and remembers what it was asked.
final class FakeProbe: DataSourceProbe {
    struct Answers: Sendable {
        /// Whether there is a gateway at all.
        var isThere = true
        /// What comes of trying: by the password or token; `nil` is what is kept.
        var byCredential: @Sendable (DataCredential?) -> ConnectionState = { credential in
            switch credential {
            case .password("ada", "right"), .token("right"), nil: .connected
            default: .refused
            }
        }
        var reports: [String: ConnectionReport] = [:]
    }

    struct Asked: Sendable, Equatable {
        let source: String
        let user: Int64
        let credential: DataCredential?
    }

    private let state = Mutex((answers: Answers(), asked: [Asked](), renewed: [String]()))

    /// What it was asked to try.
    var asked: [Asked] { state.withLock { $0.asked } }
    /// The sources whose connections were to be made anew.
    var renewed: [String] { state.withLock { $0.renewed } }

    func answer(_ change: @Sendable (inout Answers) -> Void) {
        state.withLock { change(&$0.answers) }
    }

    func check(
        source: String,
        of user: Int64,
        with credential: DataCredential?,
    ) async throws(ProbeError) -> ConnectionState {
        let answers = state.withLock { state in
            state.asked.append(Asked(source: source, user: user, credential: credential))
            return state.answers
        }
        guard answers.isThere else { throw .unavailable }
        return answers.byCredential(credential)
    }

    func states(of user: Int64) async throws(ProbeError) -> [String: ConnectionReport] {
        let answers = state.withLock { $0.answers }
        guard answers.isThere else { throw .unavailable }
        return answers.reports
    }

    func renew(source: String, of user: Int64) async {
        state.withLock { $0.renewed.append(source) }
    }
}

extension KeeperFixture.Settings {
    /// A hub with `b2drop`, asked for before a start, `datahub`, a token, and `closed`, for the group `rivers`.
    static var withDataSources: KeeperFixture.Settings {
        var settings = KeeperFixture.Settings()
        var b2drop = DataSourceSettings(name: "b2drop")
        (b2drop.title, b2drop.address) = ("B2DROP", "https://b2drop.eudat.eu/remote.php/webdav")
        b2drop.description = "Your files at EUDAT."
        b2drop.passwordHelp = WebAddress(text: "https://b2drop.eudat.eu/settings/user/security")
        b2drop.inStartOptions = true
        var datahub = DataSourceSettings(name: "datahub")
        (datahub.kind, datahub.title, datahub.address) = (.onedata, "EGI DataHub", "https://datahub.egi.eu")
        var closed = DataSourceSettings(name: "closed")
        (closed.address, closed.groups) = ("https://x.org/dav", ["rivers"])
        settings.configuration.dataSources = [b2drop, datahub, closed]
        return settings
    }
}

extension HubFixture {
    /// What was given for a data source, as the gateway reads it.
    func kept(_ source: String, of name: String = "ada") async throws -> DataCredential? {
        guard let user = try await store.users.named(UserName(normalizing: name)) else { return nil }
        return try await connections.credential(of: user.id ?? 0, for: source)
    }
}
