import CarrelModel
import Testing

@testable import CarrelSpawn

@Suite struct `What git fails with` {
    private static let address = "http://h/r.git"

    @Test(
        arguments: [
            (2, "", .noBranch("main")),
            (128, "fatal: Remote branch main not found in upstream origin", .noBranch("main")),
            (128, "fatal: repository '\(address)/' not found", .notFound),
            (128, "remote: Repository not found. fatal: Authentication failed for '\(address)/'", .notFound),
            (128, "fatal: could not read Username for 'http://h': terminal prompts disabled", .notFound),
            (128, "fatal: unable to access '\(address)/': The requested URL returned error: 403", .notFound),
            (
                128, "fatal: unable to access '\(address)/': Could not resolve host: h",
                .unreachable(reason: "Could not resolve host: h")
            ),
            (
                128, "fatal: unable to access '\(address)/': The requested URL returned error: 502",
                .unreachable(reason: "The requested URL returned error: 502")
            ),
            (
                128, "error: index-pack died of signal 25 fatal: index-pack failed",
                .tooLarge(limit: ByteCount(bytes: 5))
            ),
            (128, "fatal: fetch-pack: invalid index-pack output", .tooLarge(limit: ByteCount(bytes: 5))),
            (-25, "", .tooLarge(limit: ByteCount(bytes: 5))),
            (128, "fatal: something else", .failed(reason: "fatal: something else")),
        ] as [(Int32, String, RepositoryError)]
    )
    func `is told in words`(code: Int32, said: String, told: RepositoryError) {
        let failure = ProgramFailure.failed(program: "git", code: code, said: said)
        #expect(RepositoryError(failure, branch: "main", limit: ByteCount(bytes: 5)) == told)
    }

    @Test func `is too slow when it doesn't end`() {
        let failure = ProgramFailure.tooSlow(program: "git", limit: .seconds(7))
        #expect(RepositoryError(failure, branch: nil, limit: ByteCount(bytes: 5)) == .tooSlow(.seconds(7)))
    }
}
