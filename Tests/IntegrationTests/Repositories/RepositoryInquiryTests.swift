import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

@Suite struct `A repository that is looked at` {
    private func look(
        _ sandbox: SandboxFixture,
        _ address: WebAddress,
        _ reference: String? = nil,
        _ credential: GitCredential? = nil,
    ) async -> RepositoryFinding {
        await sandbox.spawner.look(
            at: address,
            for: reference,
            signingInWith: credential,
            as: geteuid() == 0 ? Account(uid: 65534, gid: 65534) : nil,
            within: .seconds(30),
        )
    }

    @Test func `is told apart from all that it isn't`() async throws {
        try await withRepository { repository in
            try await withSandbox {
                $0.leaveOut = [.network]
            } _: { sandbox in
                let address = try repository.address
                #expect(await look(sandbox, address) == .empty)
                try await repository.push(["a.txt": Data("a".utf8)])
                try await repository.push(["a.txt": Data("b".utf8)], to: "dev")
                #expect(await look(sandbox, address) == .found(nil))
                #expect(await look(sandbox, address, "dev") == .found(.branch))
                #expect(await look(sandbox, address, "mian") == .noReference(others: ["main", "dev"]))
                let other = try repository.address("other.git")
                #expect(await look(sandbox, other) == .notFound)
                let page = try repository.address("page")
                #expect(await look(sandbox, page) == .notRepository)
                let closed = try repository.address("closed/catalogue.git")
                #expect(await look(sandbox, closed) == .needsSignIn)
                let nobody = try #require(WebAddress(text: "http://127.0.0.1:1/x.git"))
                #expect(await look(sandbox, nobody) == .unreachable)
                let nowhere = try #require(WebAddress(text: "http://nowhere.invalid/x.git"))
                #expect(await look(sandbox, nowhere) == .unreachable)
            }
        }
    }

    @Test func `is shown a credential that only it sees`() async throws {
        try await withRepository { repository in
            try await withSandbox {
                $0.leaveOut = [.network]
            } _: { sandbox in
                try await repository.push(["a.txt": Data("a".utf8)])
                let closed = try repository.address("closed/catalogue.git")
                let right = try #require(GitCredential(user: "ada", secret: "open sesame"))
                #expect(await look(sandbox, closed, "main", right) == .found(.branch))
                let wrong = try #require(GitCredential(user: "ada", secret: "open barley"))
                #expect(await look(sandbox, closed, "main", wrong) == .refused)
                // Another host that this one sends us to isn't shown it, nor followed at all.
                let moved = try repository.address("moved/catalogue.git")
                #expect(await look(sandbox, moved, "main", right) != .found(.branch))
            }
        }
    }

    @Test(.enabled(if: geteuid() == 0, "networks need root"))
    func `isn't found on this machine, which servers don't reach either`() async throws {
        try await withRepository { repository in
            try await repository.push(["a.txt": Data("a".utf8)])
            let address = try repository.address
            try await withSandbox { sandbox in
                #expect(await look(sandbox, address, "main") == .unreachable)
            }
        }
    }
}
