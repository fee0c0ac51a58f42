import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import NIOCore

/// Puts notebooks that come from openBIS into people's homes.
struct IntegrationDesk: Sendable {
    /// What the configuration says.
    struct Settings: Sendable {
        var integration: OpenBISIntegrationSettings
        /// The origin of openBIS' own pages.
        var ownOrigins: [WebOrigin]
        /// Folders of homes in which people see something else in their servers.
        var covered: Set<String>
        /// Whom homes belong to.
        var homes: AdmissionDesk.Settings
    }

    /// Whose a token is, whose account is made if need be.
    ///
    /// Throws ``IntegrationError/badToken``, ``IntegrationError/noUser(_:)`` for who gets none,
    /// ``HubError/tooManyAttempts(wait:)``, and what keeps the hub from asking openBIS.
    typealias Owner = @Sendable (_ token: String, _ client: ClientConnection) async throws -> UserRecord

    /// Nil where there is no endpoint.
    let settings: @Sendable () -> Settings?
    let owner: Owner
    let homes: HomeDesk
    let delivery: any HomeDelivery
    var turns = IntegrationTurns()
    /// Absolute path of the folder where notebooks are until they are whole.
    let folder: String
    let work: any BlockingWork

    /// A notebook's place in a home.
    struct Place: Sendable, Equatable {
        let user: UserName
        let fileName: String
        /// As the person's server sees it.
        let path: String
    }

    /// How long a notebook may take to arrive; a client that stalls is sent away by the proxy before.
    static let patience: TimeInterval = 600

    /// Carries out a request.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - settings: as they are now.
    ///   - length: how many bytes the notebook has, if that was said.
    ///   - client: where it comes from.
    ///   - body: its bytes.
    /// - Returns: where the notebook is, or would be.
    /// - Throws: ``IntegrationError``, ``HubError/tooManyAttempts(wait:)``, or what keeps the hub from asking openBIS.
    func carryOut(
        _ request: IntegrationRequest,
        _ settings: Settings,
        length: Int64?,
        from client: ClientConnection,
        body: some AsyncSequence<ByteBuffer, any Error>,
    ) async throws -> Place {
        let limit = settings.integration.largestNotebook
        if let length, length > limit.bytes { throw IntegrationError.tooLarge(limit: limit) }
        if let first = request.folder.names.first, settings.covered.contains(first) {
            throw IntegrationError.unfit("the folder “\(first)” shows other files in your server")
        }
        let user = try await owner(request.token, client)
        guard let home = try await homes.homes(user).first?.id else {
            throw IntegrationError.noProfile(user.name.text, reason: "there is no home that would be kept.")
        }
        let path = request.folder.names.joined(separator: "/")
        let name: String
        do {
            let turn = try turns.enter(user.id ?? 0, bytes: request.isTrial ? 0 : length ?? limit.bytes)
            defer { withExtendedLifetime(turn) {} }
            if request.isTrial {
                name = try await delivery.freeName(request.fileName, in: path, of: home)
            } else {
                let draft = try await draft(of: body, length, limit, name: request.fileName)
                try await prepare(home, of: user, for: request.fileName, settings)
                name = try await delivery.place(draft, as: request.fileName, in: path, of: home)
            }
        } catch let error as HomeDeliveryError {
            throw IntegrationError(error, folder: path, fileName: request.fileName)
        }
        let parts = ["/home", user.name.unixName] + request.folder.names + [name]
        return Place(user: user.name, fileName: name, path: parts.joined(separator: "/"))
    }

    /// The notebook, whole.
    private func draft(
        of body: some AsyncSequence<ByteBuffer, any Error>,
        _ length: Int64?,
        _ limit: ByteCount,
        name: String,
    ) async throws -> FileDraft {
        do {
            let draft = try await work.run { [folder] in try FileDraft(in: folder) }
            let end = homes.now().addingTimeInterval(Self.patience)
            var count: Int64 = 0
            var waiting = Data()
            for try await buffer in body {
                count += Int64(buffer.readableBytes)
                guard count <= limit.bytes else { throw IntegrationError.tooLarge(limit: limit) }
                guard homes.now() < end else { throw IntegrationError.tooSlow }
                waiting.append(contentsOf: buffer.readableBytesView)
                guard waiting.count >= 1 << 20 else { continue }
                let bytes = waiting
                try await work.run { try draft.append(bytes) }
                waiting.removeAll(keepingCapacity: true)
            }
            guard count == length ?? count else { throw IntegrationError.cutOff }
            let rest = waiting
            try await work.run { try draft.append(rest) }
            return draft
        } catch let error as IntegrationError {
            throw error
        } catch let error as HomeFilesError {
            throw IntegrationError(.file(error), folder: "", fileName: name)
        } catch {
            // The connection broke.
            throw IntegrationError.cutOff
        }
    }

    /// Makes the home, or gives it back to its user, as at each start of a server.
    private func prepare(_ home: HomeID, of user: UserRecord, for name: String, _ settings: Settings) async throws {
        do {
            try await homes.prepare(home, of: user, settings.homes)
        } catch let error as SpawnError where error.code == "spawn.homeFull" {
            throw IntegrationError.file(name, reason: "\(error.message) \(error.remedy)")
        } catch let error as any CarrelError {
            throw IntegrationError.noProfile(user.name.text, reason: "\(error.message) \(error.remedy)")
        }
    }
}
