import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Who may enter an instance` {
    private func instance(_ change: (inout InstanceSettings) -> Void) throws -> InstanceRecord {
        var settings = InstanceSettings(name: "course")
        change(&settings)
        var record = try InstanceRecord(settings, origin: .page, createdAt: noon)
        record.id = 7
        return record
    }

    private func person(
        _ name: String = "ada",
        only: Int64? = nil,
        isAdmin: Bool = false,
    ) throws -> InstanceEntry.Person {
        var user = UserRecord(
            name: try UserName(normalizing: name),
            passwordHash: nil,
            mustChangePassword: false,
            isAdmin: isAdmin,
            createdAt: noon,
        )
        user.onlyInstanceId = only
        return InstanceEntry.Person(user: user)
    }

    @Test func `by account`() throws {
        let entry = InstanceEntry(instance: try instance { $0.entry = [.account] })
        #expect(entry.refusal(of: try person(), at: noon) == nil)
        #expect(entry.refusal(of: try person(only: 8), at: noon) == .notInvited)
    }

    @Test func `by group`() throws {
        let entry = InstanceEntry(
            instance: try instance { ($0.entry, $0.groups) = ([.group], ["ecology"]) }
        )
        var ada = try person()
        #expect(entry.refusal(of: ada, at: noon) == .notInvited)
        ada.groups = ["ecology", "physics"]
        #expect(entry.refusal(of: ada, at: noon) == nil)
    }

    @Test func `by invitation`() throws {
        let entry = InstanceEntry(instance: try instance { $0.entry = [.invitation] })
        var ada = try person()
        #expect(entry.refusal(of: ada, at: noon) == .notInvited)
        ada.role = .member
        #expect(entry.refusal(of: ada, at: noon) == nil)
        var visitor = try person(only: 7)
        #expect(entry.refusal(of: visitor, at: noon) == .notInvited, "a place that was taken away stays so")
        visitor.user.isVisitor = true
        #expect(entry.refusal(of: visitor, at: noon) == nil)
    }

    @Test func `nobody manages one by choosing a manager's name for an account of another's course`() throws {
        let entry = InstanceEntry(instance: try instance { ($0.entry, $0.managers) = ([.invitation], ["anna"]) })
        #expect(entry.manages(try person("anna")))
        #expect(!entry.manages(try person("anna", only: 8)))
        var own = try person("anna", only: 7)
        own.role = .member
        #expect(!entry.manages(own))
        own.role = .manager
        #expect(entry.manages(own))
    }

    @Test func `managers and admins always, and nobody else without agreeing`() throws {
        let entry = InstanceEntry(
            instance: try instance { ($0.entry, $0.managers) = ([.invitation], ["anna"]) }
        )
        #expect(entry.refusal(of: try person("anna"), at: noon) == nil)
        #expect(entry.refusal(of: try person(isAdmin: true), at: noon) == nil)
        var ada = try person()
        (ada.role, ada.hasAgreed) = (.member, false)
        #expect(entry.refusal(of: ada, at: noon) == .terms)
        #expect(!entry.manages(ada))
        ada.role = .manager
        #expect(entry.manages(ada))
    }

    @Test func `closed to newcomers only`() throws {
        var record = try instance { $0.entry = [.account] }
        record.isClosed = true
        let entry = InstanceEntry(instance: record)
        var ada = try person()
        #expect(entry.refusal(of: ada, at: noon) == .closed)
        ada.hasBeenIn = true
        #expect(entry.refusal(of: ada, at: noon) == nil)
    }

    @Test func `over for everybody at its end, gone when archived`() throws {
        var record = try instance { $0.entry = [.account] }
        record.endsAt = noon
        let admin = try person(isAdmin: true)
        #expect(InstanceEntry(instance: record).refusal(of: admin, at: noon.addingTimeInterval(-1)) == nil)
        #expect(InstanceEntry(instance: record).refusal(of: admin, at: noon) == .ended)
        record.state = .archived
        #expect(InstanceEntry(instance: record).refusal(of: admin, at: noon) == .gone)
    }
}

@Suite struct `What holds in an instance` {
    private func policy(_ change: (inout InstanceSettings) -> Void) -> InstancePolicy {
        var configuration = Configuration()
        configuration.environments = [EnvironmentSettings(name: "default"), EnvironmentSettings(name: "r")]
        var settings = InstanceSettings(name: "course")
        change(&settings)
        return InstancePolicy(instance: settings, configuration: configuration)
    }

    @Test func `what it doesn't say is as everywhere`() {
        let policy = policy { _ in }
        #expect(policy.limits.idleLimit == ServerSettings().idleLimit)
        #expect(policy.resources(nil).memory == ServerSettings().memoryLimit)
        #expect(policy.environments.map(\.name) == ["default"])
        #expect(!policy.hasChoice)
    }

    @Test func `where nothing is kept servers go after a quarter of an hour`() {
        let policy = policy { $0.kind = .ephemeral }
        #expect(policy.limits.idleLimit == .seconds(900))
        #expect(policy.limits.maximumAge == .seconds(12 * 3600))
    }

    @Test func `a choice counts as long as it is offered`() throws {
        var large = SizeSettings(name: "large")
        large.memoryLimit = ByteCount(bytes: 8 << 30)
        let offered = policy {
            ($0.environments, $0.sizes) = (["default", "r"], [SizeSettings(name: "small"), large])
        }
        #expect(offered.hasChoice)
        #expect(offered.environment(StartOptions(environment: "r")).name == "r")
        #expect(offered.resources(StartOptions(size: "large")).memory == large.memoryLimit)
        #expect(offered.environment(StartOptions(environment: "julia")).name == "default")
        #expect(throws: HubError.self) { try offered.check(StartOptions(environment: "julia")) }
        #expect(throws: HubError.self) { try offered.check(StartOptions(size: "huge")) }
    }
}
