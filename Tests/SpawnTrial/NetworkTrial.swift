import CarrelModel
import Glibc

#if DEBUG
    @testable import CarrelSpawn

    /// Removes and changes the table of rules in the network namespace it runs in, and says what was noticed.
    enum NetworkTrial {
        static func run() async throws {
            let network = ServerNetwork(mark: "crtrial", rules: NetworkRules(nameservers: ["192.0.2.53"]))
            let server = try await network.make()
            let written = try await table()
            say("untouched", try await network.mend())

            try await nft("add element inet carrel_crtrial connections4 { 10.78.0.9 }")
            say("a new connection", try await network.mend())

            try await nft("flush ruleset")
            say("flushed", try await network.mend())
            say("as before", try await table() == written)

            try await nft("insert rule inet carrel_crtrial forward accept")
            say("opened", try await network.mend())
            say("as before", try await table() == written)
            say("untouched", try await network.mend())

            try await network.apply(NetworkRules(outgoing: .listed))
            say("other rules", try await network.mend())
            say("as before", try await table() == written)
            withExtendedLifetime(server) {}
        }

        private static func table() async throws -> String {
            try await nft("list table inet carrel_crtrial")
        }

        @discardableResult
        private static func nft(_ command: String) async throws -> String {
            try await ProgramRun.output(of: ServerNetwork.nft, ["-s", "-t", command], within: .seconds(20))
        }

        private static func say(_ what: String, _ value: String?) {
            print("\(what): \(value ?? "fine")")
        }

        private static func say(_ what: String, _ value: Bool) {
            print("\(what): \(value)")
        }
    }
#endif
