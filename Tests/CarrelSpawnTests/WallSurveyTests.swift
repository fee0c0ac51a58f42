import CarrelModel
import Foundation
import Glibc
import Testing

@testable import CarrelSpawn

@Suite struct `The survey of walls` {
    private let folder = "/tmp/carrel-survey-\(UUID().uuidString.prefix(8))"
    private let groups = ControlGroups(layout: .none(reason: "This is a test."), name: "carrel-test")
    private let network = ServerNetwork(
        mark: "cr\(String(UInt32.random(in: 0x1000...0xFFFF), radix: 16))",
        rules: .init()
    )

    private var options: SandboxOptions {
        SandboxOptions(runDirectory: folder, logDirectory: folder, logKeeper: "")
    }

    @Test(.enabled(if: geteuid() == 0))
    func `isn't spoilt for everybody by a start that is cancelled while it looks`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let expected = await WallSurvey().obstacles(options: options, groups: groups, network: network)
        let survey = WallSurvey()
        let cancelled = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await survey.obstacles(options: options, groups: groups, network: network)
        }
        #expect(await cancelled.value == expected)
        #expect(await survey.obstacles(options: options, groups: groups, network: network) == expected)
        await network.remove()
    }

    @Test func `looks again when something was in the way`() async throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let survey = WallSurvey()
        let first = await survey.obstacles(options: options, groups: groups, network: network)
        #expect(first[.limits] != nil)
        let other = ControlGroups(layout: .none(reason: "It changed."), name: "carrel-test")
        #expect(await survey.obstacles(options: options, groups: other, network: network) == first)
        let again = await survey.obstacles(options: options, groups: other, network: network, isAnew: true)
        #expect(again[.limits] != first[.limits] || geteuid() != 0)
        await network.remove()
    }

    @Test func `a wall that was left out on purpose doesn't stand for one that is missing`() async throws {
        var options = options
        options.missingWalls = .refuse
        options.leaveOut = [.limits]
        let obstacles: [Wall: String] = [.limits: "None here.", .network: "nft is broken."]
        let walls = SandboxWalls(options: options, groups: groups, network: network, obstacles: obstacles)
        let order = StartOrder.example
        await #expect(throws: SpawnError.wallMissing(.network, reason: "nft is broken.")) {
            _ = try await walls.raise(for: order, as: Account(uid: 1, gid: 1), RunDirectory(in: folder, id: "a"))
        }
    }
}
