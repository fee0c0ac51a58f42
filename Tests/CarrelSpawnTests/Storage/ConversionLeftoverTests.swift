import Testing

@testable import CarrelSpawn

@Suite struct `What a conversion leaves` {
    private static let alice = HomeID(instance: "default", slug: "alice")

    @Test(arguments: [
        ".converting-alice", ".converting-alice-b-7", ".converted-alice-x", "alice-7", ".converted-bob-7",
    ])
    func `is known by a name of this very home`(name: String) {
        #expect(ConversionLeftover(name: name, of: Self.alice) == nil)
    }

    @Test func `goes only when the home itself is good`() throws {
        let draft = try #require(ConversionLeftover(name: ".converting-alice-4711", of: Self.alice))
        #expect(draft.fate(itself: 300, home: nil) == .removeSubvolume)
        #expect(draft.fate(itself: nil, home: nil) == .keep)
        let done = try #require(ConversionLeftover(name: ".converted-alice-300", of: Self.alice))
        #expect(done.fate(itself: 300, home: nil) == .removeSubvolume)
        #expect(done.fate(itself: nil, home: 300) == .removeFolder)
        #expect(done.fate(itself: nil, home: 301) == .keep)
        #expect(done.fate(itself: nil, home: nil) == .keep)
        #expect(done.fate(itself: 300, home: 301) == .keep)
        #expect(done == .finished(Self.alice, subvolume: 300))
    }
}
