import OpenBISClient
import Testing

@testable import CarrelHub

@Suite struct OpenBISReadingTests {
    private static func reader(_ person: String) -> OpenBISReader {
        OpenBISReader(authenticator: "lab", person: person)
    }

    // MARK: Who is let in

    @Test(
        arguments: [
            (nil, nil, [true, true, true]), ("navigate", "document", [true, true, true]),
            ("navigate", "empty", [false, true, false]), ("navigate", "iframe", [false, false, false]),
            ("navigate", "embed", [false, false, false]), ("no-cors", "image", [false, false, true]),
            ("no-cors", "empty", [false, false, false]), ("no-cors", "script", [false, false, false]),
            ("websocket", "websocket", [false, false, false]), ("cors", "empty", [true, true, true]),
        ] as [(String?, String?, [Bool])]
    )
    func `what a page of somebody else could read isn't given`(mode: String?, destination: String?, isOpen: [Bool]) {
        let doors = [OpenBISDoor.page, .file, .picture]
        #expect(doors.map { $0.isOpen(mode: mode, destination: destination) } == isOpen)
    }

    // MARK: Turns

    @Test func `one has four files on their way, and all have as many as there are turns`() throws {
        let turns = OpenBISTurns()
        var held: [OpenBISTurns.Turn] = []
        for person in 0..<OpenBISTurns.most / OpenBISTurns.mostOfOne {
            for _ in 0..<OpenBISTurns.mostOfOne { held.append(try turns.take(for: Self.reader("\(person)"))) }
            #expect(throws: HubError.self) { try turns.take(for: Self.reader("\(person)")) }
        }
        #expect(throws: HubError.self) { try turns.take(for: Self.reader("new")) }
        held.removeFirst()
        held.append(try turns.take(for: Self.reader("new")))
        #expect(throws: HubError.self) { try turns.take(for: Self.reader("0")) }
    }

    // MARK: Waiting in line

    @Test func `one waits for oneself, all for a place, and who gives up is passed over`() async throws {
        let line = OpenBISLine(most: 2)
        let entered = Notebook<String>()
        try await line.enter(Self.reader("ada"))
        let second = Task {
            try await line.enter(Self.reader("ada"))
            entered.write("ada")
        }
        try await line.enter(Self.reader("bob"))
        let third = Task {
            try await line.enter(Self.reader("eve"))
            entered.write("eve")
        }
        #expect(entered.entries.isEmpty)
        second.cancel()
        await #expect(throws: OpenBISError.cancelled) { try await second.value }
        line.leave(Self.reader("ada"))
        try await third.value
        #expect(entered.entries == ["eve"])
        line.leave(Self.reader("bob"))
        try await line.enter(Self.reader("ada"))
    }
}
