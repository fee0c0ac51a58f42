import Testing

@testable import CarrelHub

@Suite struct `The board of what happens in a start` {
    private let half = ProgressEvent(progress: 50, message: "half way")
    private let ready = ProgressEvent.ready(path: "/user/ada/")

    @Test func `whoever comes late is told all from the beginning`() async {
        let board = ProgressBoard()
        board.begin(1)
        board.post(half, for: 1)
        board.post(ready, for: 1)
        #expect(await all(board.events(of: 1)) == [.requested, half, ready])
        #expect(await all(board.events(of: 1)) == [.requested, half, ready])
    }

    @Test func `whoever listens is told what comes, and the stream ends with the last event`() async {
        let board = ProgressBoard()
        board.begin(1)
        let early = board.events(of: 1)
        board.post(half, for: 1)
        let late = board.events(of: 1)
        board.post(.failed("no"), for: 1)
        board.post(half, for: 1)
        let expected: [ProgressEvent] = [.requested, half, .failed("no")]
        #expect(await all(early) == expected)
        #expect(await all(late) == expected)
    }

    @Test func `the same event twice in a row is told once`() async {
        let board = ProgressBoard()
        board.begin(1)
        for _ in 0..<3 { board.post(half, for: 1) }
        board.post(.waiting(place: 1), for: 1)
        board.post(half, for: 1)
        board.post(ready, for: 1)
        #expect(await all(board.events(of: 1)) == [.requested, half, .waiting(place: 1), half, ready])
    }

    @Test func `a new start begins a new story`() async {
        let board = ProgressBoard()
        board.begin(1)
        board.post(.failed("no"), for: 1)
        board.begin(1)
        #expect(board.latest(of: 1) == .requested)
        let events = board.events(of: 1)
        board.post(ready, for: 1)
        #expect(await all(events) == [.requested, ready])
    }

    @Test func `a listener from before the start hears it`() async {
        let board = ProgressBoard()
        let events = board.events(of: 1)
        board.begin(1)
        board.post(ready, for: 1)
        #expect(await all(events) == [.requested, ready])
    }

    @Test func `the end of a stop ends what is over, and leaves the story of a start that follows alone`() async {
        let board = ProgressBoard()
        board.begin(1)
        let old = board.story(of: 1)
        let cancelled = board.events(of: 1)
        board.stopped(1, in: old)
        board.rests(1, in: old)
        #expect(await all(cancelled) == [.requested, .failed("The start was cancelled.")])
        // What is over is forgotten …
        board.rests(1, in: old)
        board.stopped(1, in: old)
        #expect(board.latest(of: 1) == nil)
        // … also for who listens only since the stop, of which the hub may know nothing else.
        let late = board.events(of: 1)
        board.stopped(1, in: 0)
        #expect(await all(late).isEmpty)
        board.begin(1)
        let next = board.events(of: 1)
        board.stopped(1, in: old)
        board.rests(1, in: old)
        board.post(ready, for: 1)
        #expect(await all(next) == [.requested, ready])
    }

    @Test func `forgetting ends the streams`() async {
        let board = ProgressBoard()
        board.begin(1)
        let events = board.events(of: 1)
        board.forget(1)
        #expect(await all(events) == [.requested])
        #expect(board.latest(of: 1) == nil)
        board.forget(1)
    }

    @Test func `servers don't hear each other`() async {
        let board = ProgressBoard()
        board.begin(1)
        board.begin(2)
        let events = board.events(of: 1)
        board.post(.failed("of the other"), for: 2)
        board.post(ready, for: 1)
        #expect(await all(events) == [.requested, ready])
    }

    @Test func `a listener who goes away is forgotten and disturbs nobody`() async {
        let board = ProgressBoard()
        board.begin(1)
        let gone = Task { for await _ in board.events(of: 1) {} }
        gone.cancel()
        await gone.value
        let events = board.events(of: 1)
        board.post(ready, for: 1)
        #expect(await all(events) == [.requested, ready])
    }

    @Test func `a thousand events from many sides reach every listener once`() async {
        let board = ProgressBoard()
        board.begin(1)
        let streams = (0..<5).map { _ in board.events(of: 1) }
        await withTaskGroup { group in
            for number in 0..<1_000 {
                group.addTask { board.post(ProgressEvent(progress: 1, message: "\(number)"), for: 1) }
            }
        }
        board.post(ready, for: 1)
        let expected = Set((0..<1_000).map { "\($0)" } + ["Server requested", ready.message])
        for stream in streams {
            let messages = await all(stream).map(\.message)
            #expect(messages.count == expected.count)
            #expect(Set(messages) == expected)
            #expect(messages.last == ready.message)
        }
    }

    private func all(_ stream: AsyncStream<ProgressEvent>) async -> [ProgressEvent] {
        var events: [ProgressEvent] = []
        for await event in stream { events.append(event) }
        return events
    }
}
