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
    @Sendable func changed(_ identity: IdentityRecord, _ stored: Data?) async {
        guard let settings = all().first(where: { $0.name == identity.provider }) else { return }
        do {
            guard let user = try await store.users.withID(identity.userId) else { return }
            guard let stored else { return await remove(at: settings, of: user) }
            // What is over stays where it is: PyBIS says so in words.
            guard let token = OpenBISGrant(stored: stored)?.usable else { return }
            _ = try await write(token, at: settings, of: user)
        } catch {
            logger.warning("openBIS.tokenNotWritten", metadata: ["user": "\(identity.userId)", "error": "\(error)"])
        }
    }

    /// Puts a token into the homes of all servers of a user that run.
    ///
    /// - Returns: why it couldn't be put into some of them.
    /// - Throws: what the database says.
    func write(
        _ token: OpenBISToken,
        at settings: AuthenticatorSettings,
        of user: UserRecord,
    ) async throws -> [HomeFilesError] {
        let live = try await store.servers.live().filter { $0.server.userId == user.id }
        var faults: [HomeFilesError] = []
        for home in Set(live.map(\.home)) {
            if let fault = await write(token, at: settings, in: home) { faults.append(fault) }
        }
        return faults
    }

    /// Puts a token into a home; nil when it is there.
    func write(_ token: OpenBISToken, at settings: AuthenticatorSettings, in home: HomeID) async -> HomeFilesError? {
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

    /// Takes the token out of a home.
    func remove(at settings: AuthenticatorSettings, from home: HomeID) async {
        guard let name = Self.name(at: settings) else { return }
        do throws(HomeFilesError) {
            try await files.removeSecret(name, in: Self.folder, of: home)
        } catch .notFound {
            // There is no such home yet.
        } catch {
            log("openBIS.tokenNotRemoved", error, home)
        }
    }

    private func remove(at settings: AuthenticatorSettings, of user: UserRecord) async {
        do {
            for home in try await homes(user) { await remove(at: settings, from: home) }
        } catch {
            logger.warning("openBIS.tokenNotRemoved", metadata: ["user": "\(user.name)", "error": "\(error)"])
        }
    }

    private func log(_ event: String, _ error: HomeFilesError, _ home: HomeID) {
        logger.warning(
            "\(event)",
            metadata: ["home": "\(home.instance)/\(home.slug)", "error": "\(error.message)"],
        )
    }
}
