import Testing

@testable import CarrelData

@Suite struct `Litmus, the tests of WebDAV servers` {
    @Test(arguments: [("basic", 16), ("copymove", 13), ("props", 30), ("locks", 41), ("http", 4)])
    func `finds nothing wrong with the gateway`(_ suite: String, _ count: Int) async throws {
        let caller = GatewayCaller(id: "anna", name: "Anna", tree: try tree(MemoryStore()))
        try await withTrialFolder { folder in
            try await withGateway(["anna:secret": caller]) { gateway in
                let words = ["-k", "\(gateway.url)/home/", "anna", "secret"]
                let told = try await Program.run("/usr/bin/litmus", words, in: folder, ["TESTS": suite])
                #expect(told.code == 0 && told.output.contains("\(count) passed, 0 failed"), "\(told.output)")
                #expect(!told.output.contains("WARNING"), "\(told.output)")
                #expect(!told.output.contains("skipped"), "\(told.output)")
            }
        }
    }
}
