import CarrelModel
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

private let day: TimeInterval = 86_400

/// A course that ends at noon, with a week for downloads.
private func course(_ state: InstanceRecord.State = .open, endedAt: Date? = nil) throws -> InstanceRecord {
    var settings = InstanceSettings(name: "course")
    settings.kind = .temporary
    settings.ends = EndTime(noon)
    var instance = try InstanceRecord(settings, origin: .page, createdAt: noon - 30 * day)
    instance.id = 2
    instance.state = state
    instance.endedAt = endedAt
    return instance
}

private func next(
    _ instance: InstanceRecord,
    at now: Date,
    unsteadySince: Date? = nil,
    wanted: Int = 0,
    live: Int = 0,
) -> InstancePlan.Step {
    InstancePlan(instance: instance, unsteadySince: unsteadySince, wantedServers: wanted, liveServers: live)
        .next(at: now)
}

@Suite struct `The plan of an instance that ends` {
    @Test func `it rests until its end, and is over then`() throws {
        #expect(try next(course(), at: noon - 1) == .rest(until: noon))
        #expect(try next(course(), at: noon) == .end)
    }

    @Test func `its servers stop first, and those on their way down are waited for`() throws {
        let over = try course(.ended, endedAt: noon)
        #expect(next(over, at: noon + 1, wanted: 1, live: 2) == .stopServers)
        #expect(next(over, at: noon + 1, live: 1) == .awaitServers)
        #expect(next(over, at: noon + 30 * day, live: 1) == .awaitServers)
    }

    @Test func `it is deleted when the time for downloads is over, counted from when its end was noted`() throws {
        let over = try course(.ended, endedAt: noon + 3 * day)
        #expect(next(over, at: noon + 9 * day) == .rest(until: noon + 10 * day))
        #expect(next(over, at: noon + 10 * day) == .beginDeletion)
    }

    @Test func `an end that nobody noted deletes nothing`() throws {
        #expect(try next(course(), at: noon + 1000 * day) == .end)
        #expect(try next(course(.ended), at: noon + 1000 * day) == .rest(until: .distantFuture))
    }

    @Test func `it opens again when its end is moved, or the clock goes back before it`() throws {
        let over = try course(.ended, endedAt: noon)
        #expect(next(over, at: noon - 1) == .reopen)
        var endless = over
        endless.endsAt = nil
        #expect(next(endless, at: noon + 30 * day) == .reopen)
    }

    @Test func `a clock that jumped ends and deletes nothing for an hour`() throws {
        let now = noon + 20 * day
        #expect(try next(course(), at: now, unsteadySince: now) == .rest(until: now + 3600))
        #expect(try next(course(.ended, endedAt: noon), at: now, unsteadySince: now) == .rest(until: now + 3600))
    }

    @Test func `what is being deleted is deleted to the end, after its servers`() throws {
        let going = try course(.deleting)
        #expect(next(going, at: noon, wanted: 1, live: 1) == .stopServers)
        #expect(next(going, at: noon, live: 1) == .awaitServers)
        #expect(next(going, at: noon) == .delete)
        #expect(next(going, at: noon - 1000 * day, unsteadySince: noon) == .delete)
    }

    @Test func `what was taken out of the file is left alone, whatever its date`() throws {
        #expect(try next(course(.archived), at: noon + 1000 * day, wanted: 1, live: 1) == .rest(until: nil))
    }

    @Test func `one that isn't temporary has no end`() throws {
        var instance = try InstanceRecord(InstanceSettings(name: "lab"), origin: .page, createdAt: noon)
        instance.endsAt = noon
        #expect(next(instance, at: noon + day) == .rest(until: nil))
    }
}

@Suite struct `The clock by which instances end` {
    private func look(_ last: InstanceLookRecord?, at now: Date) -> InstanceLookRecord {
        InstanceClock.look(2, after: last, at: now)
    }

    @Test func `the first look and one after less than a day are trusted`() {
        let first = look(nil, at: noon)
        #expect(first == InstanceLookRecord(instanceId: 2, lookedAt: noon))
        #expect(look(first, at: noon + day).unsteadySince == nil)
    }

    @Test func `a jump of more than a day is doubted until the clock went on for an hour`() {
        let jumped = look(look(nil, at: noon), at: noon + day + 1)
        #expect(jumped.unsteadySince == noon + day + 1)
        let later = look(jumped, at: noon + day + 3600)
        #expect(later.unsteadySince == noon + day + 1)
        #expect(look(later, at: noon + day + 3601).unsteadySince == nil)
    }

    @Test func `a jump that is taken back is forgotten`() {
        let jumped = look(look(nil, at: noon), at: noon + 30 * day)
        #expect(look(jumped, at: noon + 60).unsteadySince == nil)
    }

    @Test func `a clock that goes back isn't doubted: nothing is due earlier by it`() {
        #expect(look(look(nil, at: noon), at: noon - 30 * day).unsteadySince == nil)
    }
}
