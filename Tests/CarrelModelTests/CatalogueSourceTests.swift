import Foundation
import Testing

@testable import CarrelModel

@Suite struct `Where a catalogue is` {
    private func settings(_ catalogue: String) throws(ConfigurationError) -> InstanceSettings {
        try InstanceSettings(name: "explore").changed(by: ["catalogue: \(catalogue)"], from: "test", folder: "/srv")
    }

    @Test func `is a file of this machine, or a file of a repository`() throws {
        #expect(try settings("a/catalogue.yaml").catalogue == .file("/srv/a/catalogue.yaml"))
        var expected = CatalogueRepository()
        expected.repository = WebAddress(text: "https://example.org/c.git")
        #expect(try settings("{repository: https://example.org/c.git}").catalogue == .repository(expected))
        expected.branch = "spring"
        expected.file = "about/list.json"
        let full = try settings("{repository: https://example.org/c.git, branch: spring, file: about/list.json}")
        #expect(full.catalogue == .repository(expected))
    }

    @Test(arguments: [
        ("{branch: spring}", "no repository"), ("{repository: git@example.org:c}", "catalogue.repository"),
        ("{repository: https://example.org/c, file: ../x}", "catalogue.file"),
        ("{repository: https://example.org/c, file: .git/config}", "catalogue.file"), ("[x]", "a path, or a map"),
        ("{repository: https://example.org/c, files: x}", "catalogue.files"),
    ])
    func `is refused with its key`(text: String, problem: String) {
        let error = #expect(throws: ConfigurationError.self) { try settings(text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
    }

    @Test(arguments: ["/srv/catalogue.yaml", "{repository: https://example.org/c.git, branch: b}"])
    func `is the same after it was stored`(text: String) throws {
        let settings = try settings(text)
        #expect(try InstanceSettings(name: "explore", json: settings.json()) == settings)
    }

    @Test func `is read from what an earlier version stored`() throws {
        let old = try InstanceSettings(name: "explore", json: #"{"name": "explore", "catalogue": "/srv/c.yaml"}"#)
        #expect(old.catalogue == .file("/srv/c.yaml"))
    }

    @Test func `comes and goes without a restart`() throws {
        let changes = InstanceSettings.changes(from: InstanceSettings(name: "x"), to: try settings("/srv/c.yaml"))
        #expect(changes.allSatisfy { !$0.needsRestart })
        #expect(changes.contains { $0.key == "catalogue" })
    }
}

@Suite struct `The data files of all catalogues` {
    @Test func `are read when the configuration is checked, and those of repositories aren't`() throws {
        let folder = "/tmp/c-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "title: fine".write(toFile: folder + "/good.yaml", atomically: false, encoding: .utf8)
        try "title: [1]\nparts: {}".write(toFile: folder + "/bad.yaml", atomically: false, encoding: .utf8)
        let text = """
            instances:
              good: {catalogue: good.yaml}
              bad: {catalogue: bad.yaml}
              none: {catalogue: none.yaml}
              far: {catalogue: {repository: "http://127.0.0.1:1/c.git"}}
            """
        let configuration = try Configuration.read(Array(text.utf8), file: "carrel.yaml", folder: folder)
        let faults = configuration.catalogueFaults
        #expect(faults.count == 2)
        #expect(faults.first?.message.contains("/bad.yaml:1:8: title") == true)
        #expect(faults.first?.message.contains("/bad.yaml:2:1: parts") == true)
        #expect(faults.last == .unreadable(file: folder + "/none.yaml", .missing))
    }
}
