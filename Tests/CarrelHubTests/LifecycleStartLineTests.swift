import CarrelTestSupport
import Testing

@testable import CarrelHub

@Suite struct `The line of those who start` {
    @Test func `whoever asked first goes first, as far as the limits allow`() {
        var line = StartLine(startsAtOnce: 2, capacity: 3)
        for id in [5, 3, 9, 1, 7] as [Int64] { line.join(id) }
        #expect(line.admit() == [5, 3])
        #expect(line.admit() == [])
        #expect([9, 1, 7, 5].map { line.place(of: $0) } == [1, 2, 3, nil])

        line.started(3)
        #expect(line.admit() == [9])
        line.started(5)
        line.started(9)
        #expect(line.admit() == [], "three run, and there is room for three")

        line.leave(5)
        #expect(line.admit() == [1])
        #expect(line.place(of: 7) == 1)
    }

    @Test func `joining again keeps the place`() {
        var line = StartLine(startsAtOnce: 1, capacity: 1)
        for id in [1, 2, 3, 2, 1] as [Int64] { line.join(id) }
        #expect(line.waiting == [1, 2, 3])
        #expect(line.admit() == [1])
        line.join(1)
        #expect(line.waiting == [2, 3])
    }

    @Test func `leaving works from anywhere and twice`() {
        var line = StartLine(startsAtOnce: 2, capacity: 2)
        for id in [1, 2, 3] as [Int64] { line.join(id) }
        _ = line.admit()
        line.started(1)
        for id in [3, 2, 1, 1, 77] as [Int64] { line.leave(id) }
        #expect(line.waiting.isEmpty && line.starting.isEmpty && line.running.isEmpty)
    }

    @Test func `servers that were found at work are taken in beyond the limits, and count`() {
        var line = StartLine(startsAtOnce: 1, capacity: 2)
        for id in [1, 2, 3] as [Int64] { line.adopt(id, isReady: true) }
        line.adopt(4, isReady: false)
        line.adopt(4, isReady: false)
        line.join(5)
        #expect(line.admit() == [])
        #expect(line.starting == [4])
        line.adopt(4, isReady: true)
        #expect(line.starting.isEmpty)
        #expect(line.running == [1, 2, 3, 4])
        for id in [1, 2] as [Int64] { line.leave(id) }
        #expect(line.admit() == [])
        line.leave(3)
        #expect(line.admit() == [5])
    }

    @Test func `a server that waits and is found at work waits no longer`() {
        var line = StartLine(startsAtOnce: 1, capacity: 1)
        for id in [1, 2] as [Int64] { line.join(id) }
        _ = line.admit()
        line.adopt(2, isReady: true)
        #expect(line.waiting.isEmpty)
        #expect(line.holdsPlace(2))
    }

    @Test func `a start that is not under way can't be over`() {
        var line = StartLine(startsAtOnce: 1, capacity: 1)
        line.started(1)
        line.join(2)
        line.started(2)
        #expect(line.running.isEmpty)
        #expect(line.waiting == [2])
    }

    @Test(arguments: [(0, 0), (-5, 3), (3, -5)])
    func `somebody may always go`(startsAtOnce: Int, capacity: Int) {
        var line = StartLine(startsAtOnce: startsAtOnce, capacity: capacity)
        line.join(1)
        #expect(line.admit() == [1])
    }

    @Test func `whatever happens, limits hold, nobody is in two places, order is kept and nobody is forgotten`() {
        var generator = SeededGenerator(for: "start line")
        for _ in 0..<300 {
            let limits = (Int.random(in: 1...3, using: &generator), Int.random(in: 1...5, using: &generator))
            var line = StartLine(startsAtOnce: limits.0, capacity: limits.1)
            var asked: [Int64] = []
            for _ in 0..<60 {
                let id = Int64.random(in: 1...8, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0:
                    if !line.holdsPlace(id), !asked.contains(id) { asked.append(id) }
                    line.join(id)
                case 1: line.started(id)
                case 2:
                    line.leave(id)
                    asked.removeAll { $0 == id }
                default:
                    let admitted = line.admit()
                    #expect(Array(asked.prefix(admitted.count)) == admitted)
                    asked = Array(asked.dropFirst(admitted.count))
                }
                #expect(line.waiting == asked)
                #expect(line.starting.count <= limits.0)
                #expect(line.starting.count + line.running.count <= limits.1)
                #expect(line.starting.isDisjoint(with: line.running))
                #expect(Set(line.waiting).isDisjoint(with: line.starting.union(line.running)))
                #expect(Set(line.waiting).count == line.waiting.count)
            }
        }
    }
}
