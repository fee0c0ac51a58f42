import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages about instances with every field filled.
enum InstancesSamples {
    private static var settings: InstanceSettings {
        var settings = InstanceSettings(name: "course")
        settings.title = "Spring school on carbon"
        settings.description = "A week in the field, and what comes of it."
        settings.kind = .temporary
        settings.ends = EndTime(PagesSamples.now.addingTimeInterval(5 * 86_400))
        (settings.entry, settings.places, settings.capacity) = ([.invitation, .code], 30, 20)
        (settings.quota, settings.handIn) = (ByteCount(bytes: 5_000_000_000), "hand-in")
        settings.environments = ["default", "r"]
        settings.sizes = [SizeSettings(name: "small"), SizeSettings(name: "large")]
        return settings
    }

    private static var policy: InstancePolicy {
        var configuration = Configuration()
        configuration.environments = [EnvironmentSettings(name: "default"), EnvironmentSettings(name: "r")]
        return InstancePolicy(instance: settings, configuration: configuration)
    }

    private static let meter = UseMeter(
        HomeUsage(used: ByteCount(bytes: 4_800_000_000), quota: ByteCount(bytes: 5_000_000_000))
    )

    private static let server = InstancePage.Server(
        userName: "ada",
        stateName: "ready",
        stateText: "Ready",
        active: TimeText(PagesSamples.before(60), now: PagesSamples.now),
        uses: ["Memory: 1 GB of 4 GB"],
        home: meter,
        stopURL: "/hub/instances/course/stop/ada",
    )

    /// None when the record can't be made; the tests of the templates miss them then.
    static var all: [(name: String, page: any Page, frame: PageFrame)] {
        let made = try? InstanceRecord(settings, origin: .page, createdAt: PagesSamples.now, createdBy: "anna")
        guard let record = made else { return [] }
        var message = InstanceMessageRecord(
            instanceId: 2,
            text: "We meet at <noon>.",
            createdAt: PagesSamples.before(600),
            createdBy: "anna",
            endsAt: PagesSamples.now.addingTimeInterval(3_600),
        )
        message.id = 1
        let row = InstancesPage.Row(record, servers: [], now: PagesSamples.now)
        let typed = FormText(pairs: [("name", "field work"), ("entry", "code"), ("handOut", "true")])
        return [
            (
                "instances",
                InstancesPage([row], isAdmin: true, typed: typed, problem: "name: found “field work”."),
                PagesSamples.frame(isAdmin: true)
            ),
            ("instances-none", InstancesPage([], isAdmin: false), PagesSamples.frame()),
            (
                "instance",
                InstancePage(
                    record,
                    policy: policy,
                    servers: [server],
                    messages: [message],
                    typedMessage: "And",
                    problem: "It is too long.",
                    faults: [
                        ContentFaults.Fault(
                            part: .catalogue,
                            message: "catalogue.yaml:3:5: title: found a list, expected text\ncatalogue.yaml:9:1: bad",
                            remedy: "Mend it.",
                            since: PagesSamples.before(900),
                        )
                    ],
                    now: PagesSamples.now,
                ),
                PagesSamples.frame()
            ),
            (
                "options",
                OptionsPage(
                    policy,
                    title: record.title,
                    last: StartOptions(environment: "r"),
                    startURL: "/hub/spawn/ada/course",
                    next: "/user/ada/course/lab",
                ),
                PagesSamples.frame()
            ),
        ]
    }
}
