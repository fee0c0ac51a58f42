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
        var other = EnvironmentSettings(name: "r")
        (other.title, other.description) = ("R and Julia", "With the packages of the statistics course.")
        configuration.environments = [EnvironmentSettings(name: "default"), other]
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

    private static var environments: [EnvironmentSettings] { policy.configuration.environments }
    private static let keys = InstanceKey.keys(for: .admin, of: nil, environments: 2)

    private static var newForm: InstanceForm {
        let typed = FormText(pairs: [("entry", "code"), ("handOut", "true"), ("quota", "much")])
        return InstanceForm(
            new: keys,
            name: "field work",
            draft: InstanceDraft(typed, keys: keys),
            environments: environments,
            problems: [
                InstanceProblem("name", "Found “field work”, expected a name."),
                InstanceProblem("quota", "Found “much”, expected a size."), InstanceProblem("", "And more."),
            ],
        )
    }

    /// As a manager sees it whose form is outdated.
    private static func settingsPage(_ record: InstanceRecord) -> InstanceSettingsPage {
        let keys = InstanceKey.keys(for: .manager, of: settings, isUnused: false, environments: 2)
        var earlier = settings
        (earlier.title, earlier.description) = ("School", "A week.")
        let memory = InstanceDraft.memory(of: earlier, keys: keys)
        let typed = FormText(pairs: [("title", "My school"), ("description", "A week."), ("was", memory)])
        return InstanceSettingsPage(
            record,
            keys: keys,
            draft: InstanceDraft(typed, keys: keys),
            environments: environments,
            problems: [InstanceProblem("title", "It is too long."), InstanceProblem("", "Look at what is marked.")],
        )
    }

    private static var fileSettingsPage: InstanceSettingsPage {
        get throws {
            let record = try InstanceRecord(settings, origin: .file, createdAt: PagesSamples.now)
            return InstanceSettingsPage(record, keys: [], environments: environments)
        }
    }

    /// None when the record can't be made; the tests of the templates miss them then.
    static var all: [(name: String, page: any Page, frame: PageFrame)] {
        let made = try? InstanceRecord(settings, origin: .page, createdAt: PagesSamples.now, createdBy: "anna")
        guard let record = made, let fileSettingsPage = try? fileSettingsPage else { return [] }
        var message = InstanceMessageRecord(
            instanceId: 2,
            text: "We meet at <noon>.",
            createdAt: PagesSamples.before(600),
            createdBy: "anna",
            endsAt: PagesSamples.now.addingTimeInterval(3_600),
        )
        message.id = 1
        let row = InstancesPage.Row(record, servers: [], now: PagesSamples.now)
        return [
            ("instances", InstancesPage([row], isAdmin: true, form: newForm), PagesSamples.frame(isAdmin: true)),
            ("instances-maker", InstancesPage([], isAdmin: false, form: newForm), PagesSamples.frame()),
            ("instances-none", InstancesPage([], isAdmin: false), PagesSamples.frame()),
            ("instance-settings", settingsPage(record), PagesSamples.frame()),
            ("instance-settings-file", fileSettingsPage, PagesSamples.frame()),
            ("hand-ins", HandInsPage(record, folder: "hand-in", names: ["ada", "bob"]), PagesSamples.frame()),
            ("hand-ins-none", HandInsPage(record, folder: "hand-in", names: []), PagesSamples.frame()),
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
