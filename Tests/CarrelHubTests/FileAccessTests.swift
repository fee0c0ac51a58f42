import CarrelAuth
import CarrelData
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

@Suite struct `Passwords for files` {
    private static let form = ["note": "My <laptop>", "lifetime": "month"]

    private func admissions(_ hub: HubFixture) -> AdmissionDesk {
        let clock = hub.clock
        return AdmissionDesk(
            store: hub.store,
            settings: { .init(homes: "/homes", uids: 200_000...299_999, hasOwnUsers: true) },
            homes: { [homes = hub.homes] in try await homes.homes($0) },
            sources: { _ in
                let plan = DataSourcePlan(
                    name: "b2drop",
                    kind: .webdav,
                    address: "https://b2drop.example.org/",
                    credential: nil
                )
                return [DataFolderPlan(name: "b2drop", title: "B2DROP", store: .source(plan))]
            },
            now: { clock.now },
        )
    }

    /// The password that a page shows.
    private func shown(_ page: TestResponse) throws -> String {
        String(try #require(page.text.firstMatch(of: /readonly[^>]*>([0-9a-f]{32})</)).1)
    }

    @Test func `are shown once, open one's own files, and are taken back`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let user = try #require(try await hub.store.users.named(UserName(normalizing: "ada")))
            let page = try await ada.post("/hub/file-access", Self.form)
            #expect(page.status == .ok)
            #expect(page.headers[.cacheControl] == "no-store")
            #expect(page.text.contains("My &lt;laptop&gt;"))
            #expect(page.text.contains("/dav/"))
            let password = try shown(page)
            #expect(try await !ada.get("/hub/file-access").text.contains(password))

            let desk = admissions(hub)
            guard
                case .admitted(let admission) = try await desk.answer(.init(user: "ada", token: password)),
                case .admitted = try await desk.answer(.init(user: nil, token: password))
            else {
                Issue.record("not admitted")
                return
            }
            #expect(admission.user == user.id)
            #expect(admission.isWritable)
            #expect(admission.ends == hub.clock.now.addingTimeInterval(30 * 86_400))
            #expect(admission.folders.map(\.name) == ["home", "b2drop"])
            let uid = 200_000 + UInt32(user.id ?? 0) - 1
            let home = LocalStorePlan(
                path: "/homes/default/ada",
                account: .init(uid: uid, gid: uid),
                isWritable: true
            )
            #expect(admission.folders.first?.store == .local(home))

            for (name, token) in [("ben", password), ("ada", "0123456789abcdef0123456789abcdef"), ("ada", "")] {
                guard case .refused = try await desk.answer(.init(user: name, token: token)) else {
                    Issue.record("\(name) is admitted")
                    continue
                }
            }
            let id = try #require(
                try await hub.store.filePasswords.all(ofUser: user.id ?? 0, now: hub.clock.now).first?.id
            )
            let ben = try await hub.browser(of: "ben")
            #expect(try await ben.post("/hub/file-access/remove", ["id": "\(id)"]).status == .notFound)
            #expect(
                try await ada.post("/hub/file-access/remove", ["id": "\(id)"]).location
                    == "/hub/file-access?done=removed"
            )
            guard case .refused = try await desk.answer(.init(user: "ada", token: password)) else {
                Issue.record("a password that was taken back still opens")
                return
            }
        }
    }

    @Test func `of mounts open data sources only`() async throws {
        try await withHub { hub in
            let user = try await hub.addUser("ada.lake")
            let secret = try #require(Secret(presented: "0123456789abcdef0123456789abcdef"))
            try await hub.store.filePasswords.put(
                FilePasswordRecord(
                    userId: user.id ?? 0,
                    secretHash: secret.hash.hex,
                    note: "",
                    isWritable: true,
                    mount: "\(user.name.unixName)@rivers",
                    createdAt: hub.clock.now,
                )
            )
            guard
                case .admitted(let admission) = try await admissions(hub).answer(
                    .init(user: nil, token: secret.reveal())
                )
            else {
                Issue.record("not admitted")
                return
            }
            #expect(admission.mount == "ada.lake@rivers")
            #expect(admission.folders.map(\.name) == ["b2drop"])
        }
    }

    @Test func `need words on what they are for, and may be for reading only`() async throws {
        try await withHub { hub in
            let ada = try await hub.browser(of: "ada")
            let refused = try await ada.post("/hub/file-access", ["note": "  "])
            #expect(refused.status == .badRequest)
            #expect(refused.text.contains("Say what the password is for"))
            let page = try await ada.post(
                "/hub/file-access",
                ["note": "phone", "read-only": "on", "lifetime": "forever"]
            )
            guard
                case .admitted(let admission) = try await admissions(hub).answer(
                    .init(user: nil, token: try shown(page))
                )
            else {
                Issue.record("not admitted")
                return
            }
            #expect(!admission.isWritable)
            #expect(admission.ends == nil)
            #expect(page.text.contains("Read only"))
        }
    }
}
