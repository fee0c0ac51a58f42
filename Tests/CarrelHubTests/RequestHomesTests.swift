import CarrelAuth
import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Pages about one of several homes` {
    private let point = RestorePoint(name: "2027-01-15T07:00", date: noon.addingTimeInterval(-3600))

    /// A hub where ada has a home in `lab` and in `school`, whose homes may hold 5 GB.
    private func withHomes(_ body: @escaping @Sendable (HubFixture, Browser) async throws -> Void) async throws {
        try await withHub { hub in
            var school = InstanceSettings(name: "school")
            (school.title, school.quota) = ("Spring school", ByteCount(bytes: 5_000_000_000))
            for settings in [school, InstanceSettings(name: "lab"), InstanceSettings(name: "other")] {
                try await hub.store.instances.make(settings, by: nil, at: noon)
            }
            let ada = try await hub.browser(of: "ada")
            for name in ["lab", "school"] { try await hub.run(ServerKey.of("ada", name)) }
            for (name, used) in [("default", 1), ("lab", 2), ("school", 3)] {
                let usage = HomeUsage(used: ByteCount(bytes: Int64(used) * 1_000_000_000), quota: nil)
                hub.storage.set(usage, of: HomeID(instance: name, slug: "ada"))
            }
            hub.clock.advance(by: 301)
            try await hub.watch.readHomes()
            try await body(hub, ada)
        }
    }

    @Test func `storage shows each, and only those that are one's own`() async throws {
        try await withHomes { hub, ada in
            #expect(try await ada.get("/hub/storage").text.contains("1 GB"))
            let lab = try await ada.get("/hub/storage?instance=lab").text
            #expect(lab.contains("2 GB") && lab.contains(#"href="/hub/restore?instance=lab""#))
            #expect(lab.contains(#"href="/hub/takeout?home=lab""#))
            #expect(lab.contains(#"href="/hub/requests?instance=lab""#))
            #expect(lab.contains(#"<a href="/hub/storage?instance=school"><bdi>Spring school</bdi>"#))
            hub.files.put("data/a", Data(count: 3000), in: HomeID(instance: "lab", slug: "ada"))
            #expect(try await ada.get("/hub/storage?folders=1&instance=lab").text.contains("3 kB"))
            for page in ["storage", "restore", "requests"] {
                #expect(try await ada.get("/hub/\(page)?instance=lab").status == .ok)
                for name in ["other", "none", "..", "%00"] {
                    #expect(try await ada.get("/hub/\(page)?instance=\(name)").status == .notFound, "\(page) \(name)")
                }
            }
            let bob = try await hub.browser(of: "bob")
            #expect(try await bob.get("/hub/storage?instance=lab").status == .notFound)
            #expect(try await !bob.get("/hub/storage").text.contains("aria-label=\"Homes\""))
        }
    }

    @Test func `a restore point is that of the home it is in`() async throws {
        try await withHomes { hub, ada in
            let lab = HomeID(instance: "lab", slug: "ada")
            hub.storage.add(point, to: lab)
            hub.files.put("a.txt", Data("old".utf8), in: lab, at: point)
            #expect(try await ada.get("/hub/restore").text.contains("There are none yet."))
            let query = "point=2027-01-15T07%3A00&path="
            let list = try await ada.get("/hub/restore?instance=lab").text
            #expect(list.contains("/hub/restore/browse?point=2027-01-15T07%3A00&amp;path=&amp;instance=lab"))
            #expect(try await ada.get("/hub/restore/browse?\(query)").status == .notFound)
            let page = try await ada.get("/hub/restore/browse?\(query)&instance=lab").text
            #expect(page.contains("a.txt") && page.contains("path=a.txt&amp;instance=lab"))
            let back = try await ada.post("/hub/restore/bring-back?\(query)a.txt&instance=lab")
            #expect(back.status == .ok && back.text.contains("instance=lab"))
        }
    }

    @Test func `room is asked for where it is one's own quota that holds`() async throws {
        try await withHomes { hub, ada in
            #expect(try await ada.get("/hub/storage?instance=lab").text.contains("Ask for more room"))
            let school = try await ada.get("/hub/storage?instance=school").text
            #expect(!school.contains("Ask for more room") && school.contains("Each home in Spring school"))
            let refused = try await ada.post("/hub/storage/ask?instance=school", ["size": "9 GB"])
            #expect(refused.status == .badRequest)
            let user = try UserName(normalizing: "ada")
            #expect(try await hub.homes.setQuota(ByteCount(bytes: 9), of: user) == nil)
            #expect(hub.storage.quotas.map(\.home.instance) == ["default", "lab"])
        }
    }

    @Test func `one whose account is for one instance has no other home`() async throws {
        try await withHomes { hub, _ in
            let lab = try #require(try await hub.store.instances.named(InstanceName("lab")))
            try await hub.addUser("pupil")
            try await hub.store.users.change(UserName(normalizing: "pupil")) { $0.onlyInstanceId = lab.id }
            let user = try #require(try await hub.store.users.named(UserName(normalizing: "pupil")))
            #expect(try await hub.servers.desk.instances.homes(of: user).map(\.id.instance) == ["lab"])
        }
    }

    @Test func `quotas are put to use though a home is gone meanwhile`() async throws {
        try await withHomes { hub, _ in
            let gone = HomeID(instance: "lab", slug: "visitor")
            hub.storage.set(HomeUsage(used: ByteCount(bytes: 1), quota: nil), of: gone)
            hub.storage.vanish(gone)
            try await hub.homes.applyQuotas()
            #expect(hub.storage.quotas.count == 3)
        }
    }
}

@Suite struct `Guessing the code of an instance` {
    @Test func `from many addresses has an end too`() async throws {
        try await withHub { hub in
            var throttle = SignInThrottle()
            throttle.code.freeFailures = 3
            let desk = SignInDesk(
                store: hub.store,
                verifier: hub.accounts.verifier,
                key: try #require(HubKey(bytes: Data(repeating: 7, count: 32))),
                throttle: { [throttle] in throttle },
                sessionLifetime: { .seconds(60) },
                now: { hub.clock.now },
            )
            var random = SystemRandomNumberGenerator()
            let right = try await hub.accounts.verifier.hash(Password("kingfisher"), using: &random).text
            for name in ["lab", "other"] {
                try await hub.store.instances.make(InstanceSettings(name: name), by: nil, at: noon)
                try await hub.store.instances.change(InstanceName(name)) { $0.codeHash = right }
            }
            let lab = try #require(try await hub.store.instances.named(InstanceName("lab")))
            let other = try #require(try await hub.store.instances.named(InstanceName("other")))
            func attempt(
                _ code: String,
                _ number: Int,
                _ instance: InstanceRecord,
            ) async throws -> SignInDesk.CodeOutcome {
                try await desk.check(code, codeOf: instance, from: ClientConnection(address: "192.0.2.\(number)"))
            }
            for number in 1...20 { #expect(try await attempt("kingfisher", number, lab) == .right) }
            for number in 21...24 { #expect(try await attempt("heron", number, lab) == .wrong) }
            #expect(try await attempt("kingfisher", 25, lab) == .wait(.seconds(1)))
            #expect(try await attempt("kingfisher", 25, other) == .right)
            hub.clock.advance(by: 1)
            #expect(try await attempt("kingfisher", 25, lab) == .right)
        }
    }
}
