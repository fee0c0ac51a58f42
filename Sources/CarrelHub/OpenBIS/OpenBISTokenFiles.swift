import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Logging
import OpenBISClient

/// The token's file in people's homes, where PyBIS looks for it (reference `openbis.md` 1.3): follows what is in the vault.
struct OpenBISTokenFiles: Sendable {
    let store: Store
    /// All openBIS of the configuration.
    let all: @Sendable () -> [AuthenticatorSettings]
    let files: any HomeFiles
    /// The homes that somebody has.
    let homes: @Sendable (UserRecord) async throws -> [HomeID]
    /// What is in the vault for an identity.
    let current: @Sendable (IdentityRecord) async throws -> Data?
    let logger: Logger

    /// The folder in a home.
    static let folder = ".pybis"

    /// The file's name: the host without port.
    ///
    /// Two openBIS on one host have one file, as PyBIS knows no better.
    static func name(at settings: AuthenticatorSettings) -> String? {
        (try? OpenBISAddress(settings.openBIS.url)).map { "\($0.host).token" }
    }

    /// Brings the homes in which somebody works to what is in the vault now: a new token into those of their servers, and
    /// none anywhere when there is none any more.
    @Sendable func changed(_ identity: IdentityRecord) async {
        guard let settings = all().first(where: { $0.name == identity.provider }) else { return }
        do {
            guard let user = try await store.users.withID(identity.userId) else { return }
            let isGone = try await current(identity) == nil
            _ = try await bring(identity, at: settings, to: isGone ? homes(user) : homesAtWork(of: user))
        } catch {
            logger.warning("openBIS.tokenNotWritten", metadata: ["user": "\(identity.userId)", "error": "\(error)"])
        }
    }

    /// Puts somebody's token into the homes of all servers of theirs that run.
    ///
    /// - Returns: why it couldn't be put into some of them.
    /// - Throws: what the database says.
    func bring(
        _ identity: IdentityRecord,
        at settings: AuthenticatorSettings,
        of user: UserRecord,
    ) async throws -> [HomeFilesError] {
        try await bring(identity, at: settings, to: homesAtWork(of: user))
    }

    /// Brings a home's file to what is in the vault.
    ///
    /// Others may do the same at the same time with what was there before or comes after: so each looks again when it has
    /// written, and whoever writes last has seen the last state.
    /// - Parameters:
    ///   - identity: whose token.
    ///   - settings: of which openBIS.
    ///   - home: where.
    ///   - keepsOver: whether a token that is over stays there: PyBIS says so in words.
    /// - Returns: what is in the vault, and why it isn't in the home.
    /// - Throws: what the database says.
    func bring(
        _ identity: IdentityRecord,
        at settings: AuthenticatorSettings,
        to home: HomeID,
        keepsOver: Bool = false,
    ) async throws -> (token: OpenBISToken?, fault: HomeFilesError?) {
        while true {
            let stored = try await current(identity)
            let grant = stored.flatMap { OpenBISGrant(stored: $0) }
            let token = grant?.usable
            var fault: HomeFilesError?
            if let token {
                fault = await write(token, at: settings, in: home)
            } else if grant == nil || !keepsOver {
                await remove(at: settings, from: home)
            }
            if try await current(identity) == stored { return (token, fault) }
        }
    }

    private func bring(
        _ identity: IdentityRecord,
        at settings: AuthenticatorSettings,
        to homes: some Sequence<HomeID>,
    ) async throws -> [HomeFilesError] {
        var faults: [HomeFilesError] = []
        for home in homes {
            if let fault = try await bring(identity, at: settings, to: home, keepsOver: true).fault {
                faults.append(fault)
            }
        }
        return faults
    }

    private func homesAtWork(of user: UserRecord) async throws -> [HomeID] {
        Array(Set(try await store.servers.live().filter { $0.server.userId == user.id }.map(\.home)))
    }

    private func write(
        _ token: OpenBISToken,
        at settings: AuthenticatorSettings,
        in home: HomeID,
    ) async -> HomeFilesError? {
        guard let name = Self.name(at: settings) else { return .failed(reason: "the address of openBIS isn't one") }
        do throws(HomeFilesError) {
            // Without a line's end: PyBIS takes that for a part of the token.
            try await files.putSecret(Data(token.text.utf8), as: name, in: Self.folder, of: home)
            return nil
        } catch {
            log("openBIS.tokenNotWritten", error, home)
            return error
        }
    }

    private func remove(at settings: AuthenticatorSettings, from home: HomeID) async {
        guard let name = Self.name(at: settings) else { return }
        do throws(HomeFilesError) {
            try await files.removeSecret(name, in: Self.folder, of: home)
        } catch .notFound {
            // There is no such home yet.
        } catch {
            log("openBIS.tokenNotRemoved", error, home)
        }
    }

    private func log(_ event: String, _ error: HomeFilesError, _ home: HomeID) {
        logger.warning(
            "\(event)",
            metadata: ["home": "\(home.instance)/\(home.slug)", "error": "\(error.message)"],
        )
    }
}
