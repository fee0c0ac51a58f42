import NIOCore
import Testing

@testable import CarrelData

@Suite struct `Files of this machine that are being written` {
    @Test(arguments: [true, false])
    func `are placed no more once their writer gave up`(nameless: Bool) async throws {
        try await LocalFixture.with { fixture in
            try fixture.put("newer", at: "a")
            let workers = fixture.workers
            await #expect(throws: DataFault.cancelled) {
                _ = try await fixture.store().perform { root throws(DataFault) in
                    let target = try root.target(of: .at("a"))
                    let draft = try LocalDraft(
                        for: target,
                        if: .none,
                        below: root.facts,
                        mask: 0o022,
                        nameless: nameless,
                    )
                    defer { draft.discard() }
                    try draft.append(ByteBuffer(string: "older"))
                    try draft.flush()
                    draft.giveUp()
                    return try draft.place(if: .none, modified: nil, in: root, by: workers)
                }
            }
            #expect(try fixture.text("a") == "newer" && fixture.names() == ["a"])
        }
    }
}
