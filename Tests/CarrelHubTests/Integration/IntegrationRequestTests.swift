import CarrelModel
import CarrelSpawn
import Testing

@testable import CarrelHub

@Suite struct `What openBIS asks for` {
    private func read(_ query: String) throws -> IntegrationRequest {
        try IntegrationRequest(query: "token=alice-1&" + query)
    }

    @Test(
        arguments: [
            ("folder=F&filename=N.ipynb", "F", "N.ipynb"),
            ("folder=F/G%2FH&filename=N.ipynb", "F/G/H", "N.ipynb"),
            ("folder=my+folder%20x&filename=a%2Bb.ipynb", "my folder x", "a+b.ipynb"),
            ("folder=%20F%20&filename=+N.ipynb+", "F", "N.ipynb"),
            ("folder=&filename=N.ipynb", "", "N.ipynb"),
            ("folder=R%26D&filename=%23%25.ipynb", "R&D", "#%.ipynb"),
            // As the page puts together what was typed: `50%` and `50% of`.
            ("folder=50%&filename=50%%20of.ipynb", "50%", "50% of.ipynb"),
            ("folder=Z%C3%BCrich&filename=%E7%A0%94.ipynb", "Zürich", "研.ipynb"),
            ("folder=%252e%252e&filename=N.ipynb", "%2e%2e", "N.ipynb"),
        ]
    )
    func `stands in the query`(query: String, folder: String, fileName: String) throws {
        let request = try read(query)
        #expect(request.token == "alice-1")
        #expect(request.folder.names.joined(separator: "/") == folder)
        #expect(request.fileName == fileName)
        #expect(!request.isTrial)
    }

    @Test(arguments: [
        ("", false), ("&test=False", false), ("&test=True", true), ("&test=false", true), ("&test=", false),
    ])
    func `is tried only, whatever test is but False or empty`(more: String, isTrial: Bool) throws {
        #expect(try read("folder=F&filename=N" + more).isTrial == isTrial)
    }

    @Test(
        arguments: [
            ("", "token"), ("folder=F&filename=N", "token"), ("token=a-1&filename=N", "folder"),
            ("token=a-1&folder=F", "filename"), ("token=a-1", "folder"),
        ]
    )
    func `has to be whole`(query: String, name: String) {
        #expect(throws: IntegrationError.missing(name)) { try IntegrationRequest(query: query) }
        #expect(IntegrationError.missing(name).message == "HTTP 400: Bad Request (Missing argument \(name))")
    }

    @Test(
        arguments: [
            "folder=..&filename=N", "folder=a/../b&filename=N", "folder=%2e%2e&filename=N", "folder=%2Fetc&filename=N",
            "folder=/etc&filename=N", "folder=a//b&filename=N", "folder=a/&filename=N", "folder=.ssh&filename=N",
            "folder=a/.ssh&filename=N", "folder=F&filename=..", "folder=F&filename=.bashrc", "folder=F&filename=a/b",
            "folder=F&filename=%2Fetc%2Fpasswd", "folder=F&filename=..%2Fb", "folder=F&filename=",
            "folder=F&filename=a%00b", "folder=F&filename=a%0Ab", "folder=a%5Cb&filename=N", "folder=F&filename=%FF",
            "folder=F&folder=G&filename=N", "folder=F&filename=N&filename=evil", "folder=R&D&filename=N",
            "folder=F&filename=\(String(repeating: "a", count: 251))",
            "folder=\(String(repeating: "a", count: 256))&filename=N",
        ]
    )
    func `is refused if it leads elsewhere or can't be meant`(query: String) {
        do {
            _ = try read(query)
            Issue.record("it was taken")
        } catch let error as IntegrationError {
            #expect(error.status == 400)
            #expect(error.message.hasPrefix("HTTP 400: Bad Request ("))
            #expect(!error.message.contains("alice-1"))
        } catch {
            Issue.record(error)
        }
    }
}

@Suite struct `Notebooks on their way` {
    @Test func `are so many of one person, and of all`() throws {
        let turns = IntegrationTurns()
        var held: [IntegrationTurns.Turn] = []
        for _ in 0..<IntegrationTurns.mostOfOne { held.append(try turns.enter(1, bytes: 1)) }
        #expect(throws: IntegrationError.busy) { try turns.enter(1, bytes: 1) }
        for _ in 0..<IntegrationTurns.mostOfOne { held.append(try turns.enter(2, bytes: 1)) }
        #expect(throws: IntegrationError.busy) { try turns.enter(3, bytes: 1) }
        held.removeAll()
        _ = try turns.enter(1, bytes: 1)
    }

    @Test func `take so much room, but one may be larger`() throws {
        let turns = IntegrationTurns()
        var large: IntegrationTurns.Turn? = try turns.enter(1, bytes: IntegrationTurns.room.bytes * 2)
        #expect(throws: IntegrationError.busy) { try turns.enter(2, bytes: 1) }
        withExtendedLifetime(large) {}
        large = nil
        _ = try turns.enter(2, bytes: 1)
    }
}

@Suite struct `A link to a classic notebook` {
    @Test(
        arguments: [
            ("/user/alice/notebooks/F/N.ipynb", "/user/alice/lab/tree/F/N.ipynb"),
            ("/user/Alice/notebooks/F/N%20ü.ipynb?x=1", "/user/alice/lab/tree/F/N%20ü.ipynb?x=1"),
            ("/user/alice/notebooks/", nil), ("/user/alice/notebooks", nil), ("/user/alice/lab/notebooks/a", nil),
            ("/user/alice/api/notebooks/a", nil), ("/user/alice", nil),
        ] as [(String, String?)]
    )
    func `is one to JupyterLab`(address: String, inLab: String?) throws {
        #expect(NotebookLink(address, in: try .of("alice"))?.inLab == inLab)
    }

    @Test func `may lead into a further server`() throws {
        let link = NotebookLink("/user/alice/second/notebooks/N.ipynb", in: try .of("alice", "second"))
        #expect(link?.inLab == "/user/alice/second/lab/tree/N.ipynb")
    }
}
