import Glibc
import Testing

@testable import LDAPClient

@Suite struct `Threads for libldap` {
    @Test func `get no signal that would end the process or a wait`() async throws {
        let threads = DirectoryThreads(1) { DirectoryWorker(LDAPSettings(servers: [], base: ""), SharedOrder([])) }
        let answer = Answer<[Int32]>()
        threads.run { _ in
            var blocked = sigset_t()
            pthread_sigmask(SIG_BLOCK, nil, &blocked)
            answer.give(
                .success([SIGPIPE, SIGHUP, SIGCHLD, SIGTERM, SIGSEGV].filter { sigismember(&blocked, $0) == 1 })
            )
        }
        #expect(try await answer.value().get() == [SIGPIPE, SIGHUP, SIGCHLD, SIGTERM])
    }

    @Test func `do all that is left to them, in order`() async throws {
        let threads = DirectoryThreads(1) { DirectoryWorker(LDAPSettings(servers: [], base: ""), SharedOrder([])) }
        let answers = (0..<100).map { _ in Answer<Int>() }
        for (index, answer) in answers.enumerated() {
            threads.run { _ in answer.give(.success(answers.prefix(index).count { $0.isGiven })) }
        }
        for (index, answer) in answers.enumerated() { #expect(try await answer.value().get() == index) }
    }

    @Test func `leave an answer as it was first given`() async throws {
        let answer = Answer<Int>()
        #expect(!answer.isGiven)
        answer.give(.success(1))
        answer.give(.failure(.cancelled))
        #expect(answer.isGiven)
        #expect(try await answer.value().get() == 1)
    }
}
