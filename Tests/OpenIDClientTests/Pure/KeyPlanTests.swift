import Foundation
import Testing

@testable import OpenIDClient

@Suite struct KeyPlanTests {
    private let plan = KeyPlan()

    @Test(
        arguments: [
            (nil, nil, .fetch), (0, nil, .use), (299, nil, .use), (300, nil, .renew), (599, nil, .renew),
            (600, nil, .fetch),
            (300, 0, .use), (300, 4, .use), (300, 5, .renew), (600, 0, .fetch), (nil, 0, .fetch), (-1, nil, .fetch),
            (300, -1, .renew),
        ] as [(TimeInterval?, TimeInterval?, KeyPlan.Step)]
    )
    func `keys are used, renewed and fetched by their age`(
        _ age: TimeInterval?,
        _ sinceFailure: TimeInterval?,
        _ step: KeyPlan.Step,
    ) {
        #expect(plan.step(fetched: age.map { noon - $0 }, failed: sinceFailure.map { noon - $0 }, at: noon) == step)
    }

    @Test(arguments: [(nil, true), (0, false), (4.9, false), (5, true), (-1, true)] as [(TimeInterval?, Bool)])
    func `a missing key is looked for once in five seconds`(_ age: TimeInterval?, _ may: Bool) {
        #expect(plan.maySearch(last: age.map { noon - $0 }, at: noon) == may)
    }
}
