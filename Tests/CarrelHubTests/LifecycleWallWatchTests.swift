import CarrelModel
import CarrelSpawn
import CarrelTestSupport
import Testing

@testable import CarrelHub

@Suite struct `The watch over walls` {
    @Test func `says what it had to put up again, and what it couldn't`() async throws {
        let (spawner, log) = (FakeSpawner(), LogRecorder())
        let watch = WallWatch(spawner: spawner, clock: StepClock(), logger: log.logger)
        await watch.look()
        #expect(log.lines.entries == [])
        await spawner.setRepairs(.success([WallRepair(wall: .network, found: "it was gone")]))
        await watch.look()
        #expect(log.lines.entries == ["warning wall.putUpAgain found=it was gone wall=network"])
        await spawner.setRepairs(.failure(.cannotPrepare("-", reason: "no nft")))
        await watch.look()
        #expect(log.lines.entries.last?.hasPrefix("error wall.notPutUp error=") == true)
    }

    @Test func `says once which walls are missing, and when they are there again`() async throws {
        let (spawner, log) = (FakeSpawner(), LogRecorder())
        let watch = WallWatch(spawner: spawner, clock: StepClock(), logger: log.logger)
        await spawner.setMissing([.network: "nft isn't there."])
        await watch.look()
        await watch.look()
        #expect(log.lines.entries == ["warning wall.missing reason=nft isn't there. wall=network"])
        await spawner.setMissing([:])
        await watch.look()
        #expect(log.lines.entries.last == "notice wall.found wall=network")
    }

    @Test func `looks every half minute`() async throws {
        let (spawner, log, clock) = (FakeSpawner(), LogRecorder(), StepClock())
        let watch = WallWatch(spawner: spawner, clock: clock, logger: log.logger)
        try await withThrowingTaskGroup { group in
            group.addTask { try await watch.run() }
            for round in 1...2 {
                try await eventually("it rests") { !clock.naps.isEmpty }
                #expect(clock.naps == [.seconds(30)])
                await spawner.setRepairs(.success([WallRepair(wall: .network, found: "round \(round)")]))
                clock.advance(by: .seconds(30))
                try await eventually("it looked") { log.lines.entries.count == round }
            }
            group.cancelAll()
        }
    }
}
