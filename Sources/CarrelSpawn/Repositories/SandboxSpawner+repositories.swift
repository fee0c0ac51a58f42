public import CarrelModel
import Foundation

/// Asks from a network of its own with the servers' rules, so that nobody reaches more through the hub than from their server.
extension SandboxSpawner: RepositoryInquiry {
    /// See ``RepositoryInquiry``.
    public func look(
        at address: WebAddress,
        for reference: String?,
        signingInWith credential: GitCredential?,
        as account: Account?,
        within limit: Duration,
    ) async -> RepositoryFinding {
        let question = RepositoryQuestion(address: address, credential: credential, account: account)
        do {
            let found = try await within(limit) {
                let way = try await self.wayOut()
                let asked = reference.map { ["refs/heads/\($0)", "refs/tags/\($0)"] } ?? ["HEAD"]
                let list = try await question.list(asked, by: way, within: limit)
                if let found = RepositoryFinding(list: list, reference: reference) { return found }
                let all = try await question.list(["refs/heads/*"], by: way, within: limit)
                return all.isEmpty ? .empty : .noReference(others: RepositoryFinding.branches(in: all))
            }
            return found ?? .tooSlow
        } catch let failure as ProgramFailure {
            return RepositoryFinding(failure, hasSignedIn: credential != nil)
        } catch {
            return .failed
        }
    }

    /// A network like a server's; nil where servers share this machine's.
    private func wayOut() async throws -> RepositoryQuestion.WayOut? {
        let walls = await walls
        if let reason = walls.obstacles[.network], options.missingWalls == .refuse, !options.leaveOut.contains(.network)
        {
            throw SpawnError.wallMissing(.network, reason: reason)
        }
        guard walls.standing.contains(.network) else { return nil }
        let host = (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? ""
        return RepositoryQuestion.WayOut(
            namespace: try await network.make(),
            resolver: Resolver.configuration(network.nameservers, host: host),
        )
    }
}
