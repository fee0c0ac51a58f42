import CarrelModel
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `A notebook of a catalogue that wants an environment` {
    private let open = "/hub/catalogue/explore/open/explore/model"

    /// A hub whose instance offers `default` and `r`, and a catalogue with a notebook for `r`.
    private func withCatalogue(_ body: @escaping @Sendable (Browser, HubFixture) async throws -> Void) async throws {
        try await withFolder { folder in
            let text =
                "sections: {explore: {entries: {model: {notebook: m.ipynb, environment: r}, plain: {notebook: p.ipynb}}}}"
            try Data(text.utf8).write(to: URL(filePath: "\(folder)/catalogue.yaml"))
            let file = "\(folder)/catalogue.yaml"
            var settings = try InstanceRecord.exploring(catalogue: file).settings
            settings.environments = ["default", "r"]
            settings.sizes = [SizeSettings(name: "small"), SizeSettings(name: "large")]
            var fixture = KeeperFixture.Settings()
            var other = EnvironmentSettings(name: "r")
            other.title = "R and Julia"
            fixture.configuration.environments = [EnvironmentSettings(name: "default"), other]
            let instance = try InstanceRecord(settings, origin: .page, createdAt: noon)
            try await withHub(fixture) { hub in
                try await hub.store.instances.add(instance)
                try await body(try await hub.browser(of: "ada"), hub)
            }
        }
    }

    @Test func `starts the server with it, in the size that was chosen last`() async throws {
        try await withCatalogue { ada, hub in
            let key = try ServerKey.of("ada", "explore")
            _ = try await ada.post("/hub/spawn/ada/explore", ["environment": "default", "size": "large"])
            try await hub.servers.reaches(.ready, key)
            _ = try await ada.post("/hub/stop/ada/explore")
            try await hub.servers.reaches(.stopped, key)
            #expect(try await ada.get(open).location?.hasPrefix("/hub/spawn-pending/ada/explore") == true)
            #expect(try await hub.servers.row(key)?.options == StartOptions(environment: "r", size: "large"))
        }
    }

    @Test func `says so when the server runs with another one`() async throws {
        try await withCatalogue { ada, hub in
            let key = try ServerKey.of("ada", "explore")
            _ = try await ada.post("/hub/spawn/ada/explore", ["environment": "default"])
            try await hub.servers.reaches(.ready, key)
            let page = try await ada.get(open)
            #expect(page.status == .ok && page.text.contains("R and Julia"))
            let target = "/user/ada/explore/lab/tree/catalogue/m.ipynb"
            #expect(page.text.contains(target) && page.text.contains("/hub/stop/ada/explore"))
            let plain = try await ada.get("/hub/catalogue/explore/open/explore/plain")
            #expect(plain.location == "/user/ada/explore/lab/tree/catalogue/p.ipynb")
        }
    }

    @Test func `is opened at once in a server that runs with it`() async throws {
        try await withCatalogue { ada, hub in
            _ = try await ada.post("/hub/spawn/ada/explore", ["environment": "r"])
            try await hub.servers.reaches(.ready, try ServerKey.of("ada", "explore"))
            #expect(try await ada.get(open).location == "/user/ada/explore/lab/tree/catalogue/m.ipynb")
        }
    }
}
