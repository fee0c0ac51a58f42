import Testing

@testable import CarrelData

@Suite struct `What a guard knows of a connection` {
    private static let start = ContinuousClock.now

    /// What happens to a guard, and what is expected of it.
    enum Step: Sendable {
        /// A call wants to go after so many seconds from the beginning.
        case call(at: Double, ConnectionGuard.Admission)
        /// What a look found.
        case look(ConnectionState?, at: Double)
        case works(wrote: Bool = false)
        case fails(DataFault, size: Int64? = nil, at: Double)
        case quota(Int64?)
        case renewed
        /// An answer to a call of before it was renewed.
        case oldFails(DataFault)
        case state(ConnectionState?)
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]

        init(_ words: String, _ steps: [Step]) {
            testDescription = words
            self.steps = steps
        }
    }

    static let stories = [
        Story(
            "a connection that nobody used is let through, and works when a call does",
            [.state(nil), .call(at: 0, .go), .call(at: 0, .go), .works(), .state(.connected), .call(at: 1, .go)]
        ),
        Story(
            "an offline one fails at once until a try is due, later and later, and one call looks",
            [
                .fails(.unusable(.offline), at: 0), .call(at: 1.9, .refuse(.offline)), .call(at: 2, .lookFirst),
                .call(at: 2, .refuse(.offline)), .look(.offline, at: 3), .call(at: 7.9, .refuse(.offline)),
                .call(at: 8, .lookFirst), .look(.slow, at: 8), .state(.slow), .call(at: 22.9, .refuse(.slow)),
                .call(at: 23, .lookFirst), .look(.offline, at: 23), .call(at: 52, .refuse(.offline)),
                .call(at: 53, .lookFirst), .look(.offline, at: 53), .call(at: 112, .refuse(.offline)),
                .call(at: 113, .lookFirst), .look(.offline, at: 113), .call(at: 172, .refuse(.offline)),
                .call(at: 173, .lookFirst), .look(.connected, at: 173), .state(.connected), .call(at: 173, .go),
                .fails(.unusable(.offline), at: 200), .call(at: 202, .lookFirst),
            ]
        ),
        Story(
            "of many calls under way that fail together one counts",
            [
                .fails(.unusable(.offline), at: 0), .fails(.unusable(.slow), at: 1),
                .fails(.unusable(.offline), at: 1.5),
                .state(.offline), .call(at: 2, .lookFirst),
            ]
        ),
        Story(
            "a service says how long it wants to be left alone",
            [
                .fails(.unusable(.busy(retryAfter: .seconds(120))), at: 0),
                .call(at: 119, .refuse(.busy(retryAfter: .seconds(120)))), .call(at: 120, .lookFirst),
                .look(.busy(retryAfter: .seconds(1)), at: 120), .call(at: 124, .refuse(.busy(retryAfter: .seconds(1)))),
                .call(at: 125, .lookFirst), .look(.busy(retryAfter: .seconds(1_000_000)), at: 125),
                .call(at: 3725, .lookFirst),
            ]
        ),
        Story(
            "a later answer with a longer pause counts, though the connection is down already",
            [
                .fails(.unusable(.busy()), at: 0), .fails(.unusable(.busy(retryAfter: .seconds(60))), at: 1),
                .call(at: 60, .refuse(.busy())), .call(at: 61, .lookFirst),
            ]
        ),
        Story(
            "a refused credential is looked at rarely, so that no account is locked",
            [
                .fails(.unusable(.refused), at: 0), .fails(.unusable(.offline), at: 1), .state(.refused),
                .call(at: 299, .refuse(.refused)), .call(at: 300, .lookFirst), .look(.refused, at: 300),
                .call(at: 599, .refuse(.refused)), .call(at: 600, .lookFirst), .look(.connected, at: 600),
                .call(at: 601, .go),
            ]
        ),
        Story(
            "a refusal counts more than that it is offline",
            [
                .fails(.unusable(.offline), at: 0), .fails(.unusable(.expired), at: 1), .state(.expired),
                .call(at: 300, .refuse(.expired)), .call(at: 301, .lookFirst),
            ]
        ),
        Story(
            "another credential is tried at once, and what the old one's calls say counts no more",
            [
                .fails(.unusable(.refused), at: 0), .renewed, .state(nil), .oldFails(.unusable(.refused)), .state(nil),
                .call(at: 1, .go), .works(), .state(.connected),
            ]
        ),
        Story(
            "a success of a call that began before says nothing",
            [.fails(.unusable(.refused), at: 0), .works(), .state(.refused), .call(at: 1, .refuse(.refused))]
        ),
        Story(
            "a full store is usable, until a write works or the quota says so",
            [
                .fails(.overQuota, at: 0), .state(.overQuota), .call(at: 1, .go), .works(), .state(.overQuota),
                .look(.connected, at: 2), .state(.overQuota), .quota(0), .quota(nil), .state(.overQuota), .quota(1),
                .state(.connected), .fails(.overQuota, at: 3), .works(wrote: true), .state(.connected),
            ]
        ),
        Story(
            "a file that was larger than the room that is left keeps it full",
            [.fails(.overQuota, size: 1000, at: 0), .quota(999), .state(.overQuota), .quota(1000), .state(.connected)]
        ),
        Story(
            "faults of files say nothing of the connection",
            [
                .fails(.notFound, at: 0), .state(nil), .works(), .fails(.locked, at: 1), .fails(.forbidden, at: 1),
                .fails(.failed("x"), at: 1), .fails(.cancelled, at: 1), .fails(.bodyFailed, at: 1), .state(.connected),
                .call(at: 1, .go),
            ]
        ),
        Story(
            "after a call that broke in the middle one looks, and the others go on",
            [
                .works(), .fails(.interrupted, at: 0), .state(.connected), .call(at: 0, .lookFirst), .call(at: 0, .go),
                .look(.connected, at: 0), .call(at: 0, .go), .fails(.unclear, at: 1), .call(at: 1, .lookFirst),
                .look(.offline, at: 1), .call(at: 2, .refuse(.offline)),
            ]
        ),
        Story(
            "a look that is given up leaves all as it was, and the next call looks",
            [
                .fails(.unusable(.offline), at: 0), .call(at: 2, .lookFirst), .look(nil, at: 3), .state(.offline),
                .call(at: 3, .lookFirst),
            ]
        ),
        Story(
            "a store for reading is usable, and no fuller than that",
            [
                .look(.readOnly, at: 0), .state(.readOnly), .call(at: 0, .go), .fails(.overQuota, at: 1),
                .state(.readOnly),
            ]
        ),
    ]

    @Test(arguments: stories)
    func `goes as its story says`(_ story: Story) {
        var core = ConnectionGuard()
        func time(_ seconds: Double) -> ContinuousClock.Instant { Self.start + .seconds(seconds) }
        for (number, step) in story.steps.enumerated() {
            let place = "step \(number): \(step)"
            switch step {
            case .call(let seconds, let expected):
                let admission = core.admit(at: time(seconds))
                #expect(admission == expected, "\(place)")
            case .look(let found, let seconds): core.looked(found, core.generation, at: time(seconds))
            case .works(let wrote): core.worked(core.generation, wrote: wrote)
            case .fails(let fault, let size, let seconds):
                core.failed(fault, size: size, core.generation, at: time(seconds))
            case .quota(let available): core.told(DataQuota(used: nil, available: available), core.generation)
            case .renewed: core.renew()
            case .oldFails(let fault): core.failed(fault, core.generation - 1, at: time(0))
            case .state(let expected): #expect(core.state == expected, "\(place)")
            }
        }
    }

    @Test func `a person may look although no try is due, but not two at once`() {
        var core = ConnectionGuard()
        core.failed(.unusable(.refused), core.generation, at: Self.start)
        let looks = [core.admitLook(), core.admitLook()]
        #expect(looks == [true, false])
        core.looked(.connected, core.generation, at: Self.start)
        #expect(core.state == .connected)
        #expect(core.nextLook == nil)
    }
}
