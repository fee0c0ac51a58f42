import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// For the managers of an instance: who is at work, what is said to everybody, and what can be done.
struct InstancePage: Page {
    /// A server in it.
    struct Server: Sendable, Equatable {
        let userName: String
        let stateName: String
        let stateText: String
        let active: TimeText?
        let uses: [String]
        let home: UseMeter?
        let stopURL: PageLink?
    }

    /// What is said to everybody.
    struct Message: Sendable, Equatable {
        let text: String
        let by: String
        let at: TimeText
        let end: TimeText?
        let withdrawURL: PageLink
    }

    /// A fact in two words or more.
    struct Fact: Sendable, Equatable {
        let label: String
        let text: String
    }

    /// Something that is wrong with what it offers.
    struct Fault: Sendable, Equatable {
        let label: String
        /// One line for each thing.
        let lines: [String]
        let remedy: String?
        let since: TimeText
    }

    static let template = "instance"
    static let scripts = ["live.js"]

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let description: String?
    let facts: [Fact]
    let countText: String
    let servers: [Server]
    let isEmpty: Bool
    let messages: [Message]
    let typedMessage: String
    let messageURL: PageLink
    let stopAllURL: PageLink?
    let closeURL: PageLink
    let isClosed: Bool
    let problem: String?
    let faults: [Fault]

    init(
        _ instance: InstanceRecord,
        policy: InstancePolicy,
        servers: [Server],
        messages: [InstanceMessageRecord],
        typedMessage: String = "",
        problem: String? = nil,
        faults: [ContentFaults.Fault] = [],
        now: Date,
    ) {
        let url = HubPath.instance(instance.name)
        title = instance.title
        tabs = .instance(instance, current: url)
        description = instance.settings.description.isEmpty ? nil : instance.settings.description
        facts = Fact.all(instance, policy: policy, now: now)
        let atWork = servers.filter { $0.stopURL != nil }.count
        countText = "\(HumanText.count(atWork, "server")) at work"
        self.servers = servers
        isEmpty = servers.isEmpty
        self.messages = messages.map { Message($0, at: url, now: now) }
        self.typedMessage = typedMessage
        messageURL = PageLink("\(url)/messages")
        stopAllURL = atWork > 0 ? PageLink("\(url)/stop-all") : nil
        closeURL = PageLink("\(url)/newcomers")
        isClosed = instance.isClosed
        self.problem = problem
        self.faults = faults.map { Fault($0, now: now) }
    }
}

extension InstancePage.Fault {
    fileprivate init(_ fault: ContentFaults.Fault, now: Date) {
        label =
            switch fault.part {
            case .catalogue: "The catalogue has a fault"
            case .material: "The course material can’t be fetched"
            }
        lines = fault.message.split(separator: "\n").map(String.init)
        remedy = fault.remedy.isEmpty ? nil : fault.remedy
        since = TimeText(fault.since, now: now)
    }
}

extension InstancePage.Server {
    init(_ owned: OwnedServer, place: Int?, reading: UsageReading?, home: UseMeter?, now: Date) {
        let server = owned.server
        let state = server.cardState(place: place)
        userName = owned.owner.name.text
        (stateName, stateText, _) = ServerCard.words(for: state)
        active = server.lastActivityAt.map { TimeText($0, now: now) }
        let use = ServerUse(serverName: server.name.text, reading: server.observed == .ready ? reading : nil)
        uses = use.meters.map { "\($0.label): \($0.words)" }
        self.home = home
        let isAtRest = state == .stopped || state == .failed
        let url = "\(HubPath.instance(owned.instance.name))/stop/\(owned.owner.name.pathSegment)"
        stopURL = isAtRest || state == .stopping ? nil : PageLink(url)
    }
}

extension InstancePage.Message {
    fileprivate init(_ message: InstanceMessageRecord, at url: String, now: Date) {
        text = message.text
        by = message.createdBy
        at = TimeText(message.createdAt, now: now)
        end = message.endsAt.map { TimeText($0, now: now) }
        withdrawURL = PageLink("\(url)/messages/\(message.id ?? 0)/withdraw")
    }
}

extension InstancePage.Fact {
    fileprivate static func all(
        _ instance: InstanceRecord,
        policy: InstancePolicy,
        now: Date,
    ) -> [InstancePage.Fact] {
        let settings = instance.settings
        let limits = policy.limits
        let resources = policy.resources(nil)
        func fact(_ label: String, _ text: String?) -> InstancePage.Fact? {
            text.map { InstancePage.Fact(label: label, text: $0) }
        }
        return [
            fact("State", instance.stateText(at: now)),
            fact("Kind", settings.kind.title),
            fact("Ways in", settings.entry.map(\.title).joined(separator: ", ")),
            fact("Ends", instance.endsAt.map { "\(HumanText.day($0)), \(HumanText.time($0))" }),
            fact("Servers at once", settings.capacity.map { "at most \($0)" }),
            fact("Places", settings.places.map { "\($0)" }),
            fact("Home", settings.quota.map { HumanText.size($0.bytes) }),
            fact("Memory of a server", resources.memory.map { HumanText.size($0.bytes) }),
            fact("Processors of a server", resources.processors.map(HumanText.decimal)),
            fact("Stopped when unused for", limits.idleLimit.map { HumanText.duration($0.seconds) }),
            fact("Stopped at the age of", limits.maximumAge.map { HumanText.duration($0.seconds) }),
        ].compactMap { $0 }
    }
}
