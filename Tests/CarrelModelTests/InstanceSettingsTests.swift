import CarrelModel
import Foundation
import Testing

@Suite struct `Instances in the configuration` {
    private func read(_ yaml: String) throws -> Configuration {
        try Configuration.read(Array(yaml.utf8), file: "carrel.yaml", folder: "/etc/carrel")
    }

    private func refusal(_ yaml: String) -> String {
        do {
            _ = try read(yaml)
            return ""
        } catch {
            return (error as? ConfigurationError)?.message ?? "\(error)"
        }
    }

    @Test func `without any there is the default one`() throws {
        #expect(try read("").allInstances == [InstanceSettings(name: "default")])
        let named = try read("instances: {default: {title: Everybody}, explore: {kind: ephemeral}}").allInstances
        #expect(named.map(\.name) == ["default", "explore"])
        #expect(named.first?.title == "Everybody")
    }

    @Test func `a course is read with all it says`() throws {
        let yaml = """
            instances:
              spring-school:
                title: Spring school
                kind: temporary
                entry: [invitation, group]
                groups: [teachers]
                managers: [anna]
                ends: 2026-12-24
                grace: 14d
                places: 30
                quota: 5 GB
                terms:
                  use: {title: the terms of use, url: "https://example.org/terms"}
                material: {repository: "https://example.org/course.git"}
            """
        let course = try #require(try read(yaml).instances.first)
        #expect(course.entry == [.invitation, .group])
        #expect(course.ends?.description == "2026-12-25T00:00:00Z")
        #expect(course.grace == .seconds(14 * 86400))
        #expect(course.terms.first?.url?.text == "https://example.org/terms")
        #expect(course.material?.folder == "course")
    }

    @Test(arguments: [
        ("kind: temporary", "ends: found none"),
        ("ends: 2026-12-24", "kind: temporary"),
        ("ends: tomorrow, kind: temporary", "a date such as"),
        ("entry: [open]", "kind: ephemeral"),
        ("entry: [group]", "groups: found none"),
        ("environments: [r]", "an environment that the file has"),
        ("material: {folder: ../x, files: /data}", "name of 1 to 100"),
        ("material: {folder: x}", "found neither repository and files"),
        ("material: {files: /a, repository: 'https://example.org/x'}", "found both"),
        ("terms: {use: {url: 'javascript:alert(1)'}}", "an address such as"),
        ("quotas: 5 GB", "unknown key"),
    ])
    func `what can't be is refused with its place`(_ keys: String, _ words: String) {
        #expect(refusal("instances: {course: {\(keys)}}").contains(words))
    }

    @Test func `the default instance is for all accounts and for ever`() {
        #expect(refusal("instances: {default: {kind: ephemeral}}").contains("default instance"))
        #expect(refusal("instances: {default: {entry: [invitation]}}").contains("default instance"))
    }

    @Test func `settings come back from the store as they went in`() throws {
        var settings = InstanceSettings(name: "course")
        settings.kind = .temporary
        settings.ends = EndTime(text: "2026-12-24T18:00:00Z")
        settings.quota = ByteCount(bytes: 5_000_000_000)
        settings.processorLimit = ProcessorCount(hundredths: 150)
        settings.idleLimit = .seconds(900)
        #expect(try InstanceSettings(name: "course", json: settings.json()) == settings)
    }

    @Test func `what an earlier version didn't write is as it is left out`() throws {
        let settings = try InstanceSettings(name: "course", json: #"{"title":"Course","kind":"persistent"}"#)
        #expect(settings.title == "Course")
        #expect(settings.grace == InstanceSettings(name: "course").grace)
    }

    @Test func `a form is held to the same rules`() throws {
        let settings = try InstanceSettings.read(
            name: "course",
            fields: [
                "title": .text("Course"), "kind": .text("temporary"), "ends": .text("2026-12-24"), "quota": .text(""),
                "entry": .list(["invitation"]), "material.repository": .text("https://example.org/x.git"),
            ],
        )
        #expect(settings.material?.repository?.text == "https://example.org/x.git")
        #expect(settings.quota == nil)
        #expect(throws: ConfigurationError.self) {
            try InstanceSettings.read(name: "Course", fields: ["kind": .text("persistent")])
        }
        #expect(throws: ConfigurationError.self) {
            try InstanceSettings.read(name: "course", fields: ["kind": .text("temporary")])
        }
    }

    @Test func `names of instances are names of servers, but for the default one's`() throws {
        #expect(InstanceName.default.server == .default)
        #expect(try InstanceName("course").server == ServerName("course"))
        #expect(InstanceName(of: .default) == .default)
        #expect(throws: NameError.empty) { try InstanceName("") }
        #expect(throws: NameError.self) { try InstanceName("Course") }
    }
}
