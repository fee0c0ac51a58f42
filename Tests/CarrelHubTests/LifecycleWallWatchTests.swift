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
