import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import Testing

@testable import CarrelHub

private let day: TimeInterval = 86_400

extension HubFixture {
    /// A course that ends in 30 days, with a manager.
    fileprivate func addCourse(
        _ name: String = "course",
        places: Int? = nil,
        manager: String = "teacher",
    ) async throws -> InstanceRecord {
        var settings = InstanceSettings(name: name)
        settings.title = "Course of \(name)"
        settings.kind = .temporary
        settings.entry = [.invitation]
        settings.places = places
        settings.managers = [manager]
        settings.ends = EndTime(noon + 30 * day)
        return try await store.instances.make(settings, by: nil, at: noon)
    }

    /// Makes an invitation on the page, as a manager does.
    ///
    /// - Returns: its secret.
    fileprivate func invite(
        _ teacher: Browser,
        _ fields: [String: String] = [:],
        into name: String = "course",
    ) async throws -> String {
        let page = try await teacher.post("/hub/instances/\(name)/people/invitations", fields)
        #expect(page.status == .ok)
        let found = try #require(page.text.firstMatch(of: /\/hub\/join\/[a-z]+#([0-9a-f]{32})/))
        return String(found.1)
    }

    /// Leaves a home such as a removed user's.
    fileprivate func leaveHome(_ name: String, in instance: String) throws {
        let folder = "\(servers.homesFolder)/\(instance)/\(try UserName(normalizing: name).unixName)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    fileprivate func isMember(_ name: String, of instance: InstanceRecord) async throws -> Bool {
        let user = try #require(try await store.users.named(UserName(normalizing: name)))
        return try await store.instanceMembers.find(user: user.id ?? 0, in: instance.id ?? 0) != nil
    }

    fileprivate func invitations(_ instance: InstanceRecord) async throws -> [InvitationRecord] {
        try await store.invitations.all(in: instance.id ?? 0)
    }
}

/// Shows an invitation as the page's form does.
private func show(_ browser: Browser, _ secret: String, _ name: String = "course") async throws -> String {
    if browser.xsrf.isEmpty { _ = try await browser.get("/hub/join/\(name)") }
    let answer = try await browser.post("/hub/join/\(name)", ["secret": secret])
    return answer.status == .seeOther ? answer.location ?? "" : answer.text
}

@Suite struct `Invitations` {
    @Test func `let somebody in who is signed in, at once, and are counted`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let secret = try await hub.invite(try await hub.browser(of: "teacher"), ["uses": "5"])
            let ada = try await hub.browser(of: "ada")
            #expect(try await show(ada, secret) == "/hub/home")
            #expect(try await hub.isMember("ada", of: course))
            #expect(try await show(ada, "http://192.0.2.1/hub/join/course#\(secret)") == "/hub/home")
            #expect(try await hub.invitations(course).map(\.uses) == [1])
        }
    }

    @Test func `let a stranger make an account that is only for the instance`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let secret = try await hub.invite(try await hub.browser(of: "teacher"))
            let browser = hub.browser()
            #expect(try await show(browser, secret) == "/hub/join/course/accept")
            #expect(browser.cookies.allSatisfy { !$0.value.contains(secret) })
            let page = try await browser.get("/hub/join/course/accept")
            #expect(page.text.contains("Join Course of course"))
            let new = "a few unrelated words"
            let form = ["username": "Pupil", "new_password": new, "new_password_again": new]
            let short = try await browser.post(
                "/hub/join/course/account",
                form.merging(["new_password": "short", "new_password_again": "short"]) { $1 },
            )
            #expect(short.status == .badRequest)
            let made = try await browser.post("/hub/join/course/account", form)
            #expect(made.location == "/hub/home")
            #expect(try await browser.get("/hub/home").status == .ok)
            let pupil = try #require(try await hub.store.users.named(UserName(normalizing: "pupil")))
            #expect(pupil.onlyInstanceId == course.id)
            #expect(try await hub.isMember("pupil", of: course))
            #expect(try await hub.invitations(course).map(\.uses) == [1])
            let refused = try await browser.post("/hub/spawn/pupil")
            #expect(refused.status != .seeOther)
        }
    }

    @Test func `make no account with a name whose earlier user left a home, or that a manager is meant to have`()
        async throws
    {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let secret = try await hub.invite(try await hub.browser(of: "teacher"))
            _ = try await hub.addCourse("other", manager: "professor")
            try hub.leaveHome("pupil", in: "other")
            let browser = hub.browser()
            _ = try await show(browser, secret)
            func make(_ name: String) async throws -> TestResponse {
                let new = "a few unrelated words"
                let form = ["username": name, "new_password": new, "new_password_again": new]
                return try await browser.post("/hub/join/course/account", form)
            }
            #expect(try await make("pupil").text.contains("carrel user add pupil --take-home"))
            #expect(try await make("professor").text.contains("There is already a user professor"))
            #expect(try await hub.accounts.users().map(\.name.text) == ["teacher"])
            #expect(try await hub.invitations(course).map(\.uses) == [0])
        }
    }

    @Test func `take people through signing in and back`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let secret = try await hub.invite(try await hub.browser(of: "teacher"))
            try await hub.addUser("ada")
            let browser = hub.browser()
            _ = try await show(browser, secret)
            let signedIn = try await browser.signIn("ada", HubFixture.password, next: "/hub/join/course/accept")
            #expect(signedIn.location == "/hub/join/course/accept")
            let page = try await browser.get("/hub/join/course/accept")
            #expect(page.text.contains("Join as ada"))
            #expect(try await !hub.isMember("ada", of: course))
            #expect(try await browser.post("/hub/join/course/accept").location == "/hub/home")
            #expect(try await hub.isMember("ada", of: course))
        }
    }

    @Test func `that are expired, used up, revoked, changed or another instance's say so`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            _ = try await hub.addCourse("other")
            let teacher = try await hub.browser(of: "teacher")
            let expired = try await hub.invite(teacher, ["days": "1"])
            let used = try await hub.invite(teacher, ["uses": "1"])
            let revoked = try await hub.invite(teacher)
            let foreign = try await hub.invite(teacher, into: "other")
            _ = try await show(try await hub.browser(of: "ada"), used)
            let last = try #require(try await hub.invitations(course).first { $0.uses == 0 && $0.expiresAt == nil })
            let path = "/hub/instances/course/people/invitations/\(last.id ?? 0)/revoke"
            #expect(try await teacher.post(path).status == .seeOther)
            hub.clock.advance(by: 2 * 3600)
            try await hub.addUser("bob")
            hub.clock.advance(by: day - 2 * 3600 + 1)
            let again = try await hub.browser(of: "bob")
            #expect(try await show(again, expired).contains("has expired"))
            #expect(try await show(again, used).contains("is used up"))
            #expect(try await show(again, revoked).contains("was taken back"))
            #expect(try await show(again, foreign).contains("one of ours"))
            #expect(try await show(again, String(revoked.dropLast()) + "x").contains("one of ours"))
            #expect(try await !hub.isMember("bob", of: course))
        }
    }

    @Test func `of which the cookie was changed or planted let nobody in`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            _ = try await hub.invite(try await hub.browser(of: "teacher"))
            let id = try #require(try await hub.invitations(course).first?.id)
            let key = try #require(HubKey(bytes: Data(repeating: 7, count: 32)))
            let good = InvitationMark.make(id, into: "course", until: noon + 60, key: key)
            #expect(InvitationMark.id(in: good, into: "course", at: noon, key: key) == id)
            #expect(InvitationMark.id(in: good, into: "other", at: noon, key: key) == nil)
            #expect(InvitationMark.id(in: good, into: "course", at: noon + 60, key: key) == nil)
            #expect(
                InvitationMark.id(in: "\(id + 1)" + good.dropFirst("\(id)".count), into: "course", at: noon, key: key)
                    == nil
            )
            #expect(InvitationMark.id(in: "", into: "course", at: noon, key: key) == nil)
        }
    }

    @Test func `can't be guessed in a hurry, and wrong ones of a classmate's keep nobody out`() async throws {
        try await withHub { hub in
            _ = try await hub.addCourse()
            let secret = try await hub.invite(try await hub.browser(of: "teacher"))
            let (mallory, ada) = (hub.browser(), hub.browser())
            for one in [mallory, ada] { _ = try await one.get("/hub/join/course") }
            func guess(_ number: Int) async throws -> Int {
                let guess = String(repeating: "0", count: 29) + "\(100 + number)"
                return try await mallory.post("/hub/join/course", ["secret": guess]).status.code
            }
            for number in 0..<30 { #expect(try await guess(number) == 404) }
            #expect(try await ada.post("/hub/join/course", ["secret": secret]).location == "/hub/join/course/accept")
            var status = 404
            for number in 30..<200 where status == 404 { status = try await guess(number) }
            #expect(status == 429)
        }
    }

    @Test func `give the last place to one of two`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse(places: 1)
            let secret = try await hub.invite(try await hub.browser(of: "teacher"))
            let people = [try await hub.browser(of: "ada"), try await hub.browser(of: "bob")]
            for one in people { _ = try await one.get("/hub/join/course") }
            let answers = try await withThrowingTaskGroup(of: Int.self) { group in
                for one in people {
                    group.addTask { try await one.post("/hub/join/course", ["secret": secret]).status.code }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.sorted() == [303, 410])
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).count == 1)
            #expect(try await hub.invitations(course).map(\.uses) == [1])
        }
    }
}

@Suite struct `The people of a course` {
    @Test func `are no business of somebody who doesn't manage it`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let ada = try await hub.browser(of: "ada")
            let user = try #require(try await hub.store.users.named(UserName(normalizing: "ada")))
            try await hub.store.instanceMembers.join(user.id ?? 0, course, as: .member, at: noon)
            for path in ["people", "end"] {
                #expect(try await ada.get("/hub/instances/course/\(path)").status == .notFound)
            }
            for path in [
                "people/invitations", "people/roster/confirm", "people/ada/role", "people/groups", "end/move",
                "end/now",
            ] {
                #expect(try await ada.post("/hub/instances/course/\(path)", ["list": "x"]).status == .notFound)
            }
            #expect(try await ada.get("/hub/admin/deletions").status == .forbidden)
        }
    }

    @Test func `of a list get no account with a name whose earlier user left a home`() async throws {
        try await withHub { hub in
            _ = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            try hub.leaveHome("ada", in: "default")
            let path = "/hub/instances/course/people/roster"
            let preview = try await teacher.post(path, ["list": "ada\nbob"])
            #expect(
                preview.text.contains("1 account is made") && preview.text.contains("carrel user add ada --take-home")
            )
            _ = try await teacher.post(path + "/confirm", ["list": "ada\nbob"])
            #expect(try await hub.accounts.users().map(\.name.text) == ["bob", "teacher"])
        }
    }

    @Test func `come from a list, after a look at what will happen, with passwords shown once`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            try await hub.addUser("bob")
            let teacher = try await hub.browser(of: "teacher")
            let list = "user,mail\nada,x\nbob,y\nada,z\nno good/,q"
            let preview = try await teacher.post("/hub/instances/course/people/roster", ["list": list])
            #expect(preview.text.contains("1 account is made, only for this"))
            #expect(preview.text.contains("1 account of this hub joins"))
            #expect(preview.text.contains("1 line repeats an earlier one"))
            #expect(preview.text.contains("Line 5"))
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).isEmpty)
            let done = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": list])
            let found = try #require(done.text.firstMatch(of: /<code>([a-z0-9-]{17})<\/code>/))
            #expect(
                try await hub.store.instanceMembers.all(in: course.id ?? 0).map(\.user.name.text) == ["ada", "bob"]
            )
            let ada = hub.browser()
            #expect(try await ada.signIn("ada", String(found.1)).location == "/hub/password")
            let page = try await teacher.get("/hub/instances/course/people")
            #expect(!page.text.contains(String(found.1)))
        }
    }

    @Test func `can be two thousand`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            let list = (0..<2000).map { "pupil\($0)" }.joined(separator: "\n")
            let done = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": list])
            #expect(done.status == .ok)
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).count == 2000)
            let page = try await teacher.get("/hub/instances/course/people")
            #expect(page.text.contains("1800 more aren’t shown"))
        }
    }

    @Test func `are all in or none where places are too few`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse(places: 1)
            let teacher = try await hub.browser(of: "teacher")
            let done = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": "ada\nbob"])
            #expect(done.status == .badRequest)
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).isEmpty)
            #expect(try await hub.store.users.named(UserName(normalizing: "ada")) == nil)
        }
    }

    @Test func `can be made managers, and removed: their server stops, and a list brings them back`()
        async throws
    {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            _ = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": "ada"])
            let key = ServerKey(user: try UserName(normalizing: "ada"), server: try ServerName("course"))
            try await hub.run(key)
            #expect(
                try await teacher.post("/hub/instances/course/people/ada/role", ["role": "manager"]).status == .seeOther
            )
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).map(\.place.role) == [.manager])
            #expect(try await teacher.post("/hub/instances/course/people/ada/remove").status == .seeOther)
            try await hub.servers.reaches(.stopped, key)
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).isEmpty)
            let ada = try #require(try await hub.store.users.named(key.user))
            #expect(!ada.isDisabled, "they can still download what they made")
            let entry = InstanceEntry(instance: course)
            #expect(entry.refusal(of: InstanceEntry.Person(user: ada, hasBeenIn: true), at: noon) == .notInvited)
            _ = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": "ada"])
            #expect(try await hub.store.instanceMembers.all(in: course.id ?? 0).map(\.place.role) == [.member])
        }
    }
}

@Suite struct `Groups of a course` {
    @Test func `are made by its managers, for its people, under a name of their own`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            for name in ["ada", "bob"] { try await hub.addUser(name) }
            _ = try await teacher.post("/hub/instances/course/people/roster/confirm", ["list": "ada"])
            let made = try await teacher.post("/hub/instances/course/people/groups", ["group": "team-1"])
            #expect(made.status == .seeOther)
            let team = try #require(try await hub.store.groups.all(inInstance: course.id ?? 0).first)
            #expect(team.group.name.text == "team-1")
            #expect(try team.role(of: UserName(normalizing: "teacher")) == .manager)
            let page = try await teacher.get("/hub/instances/course/people")
            #expect(page.text.contains("href=\"/hub/groups/team-1\""))
            for (name, words) in [("team-1", "already a group"), ("..", "name")] {
                let refused = try await teacher.post("/hub/instances/course/people/groups", ["group": name])
                #expect(refused.status == .badRequest && refused.text.contains(words))
            }
            let outsider = ["users": "bob", "role": "member"]
            let refused = try await teacher.post("/hub/groups/team-1/members", outsider)
            #expect(refused.status == .badRequest)
            #expect(refused.text.contains("belong to the instance course"))
            let joined = try await teacher.post("/hub/groups/team-1/members", ["users": "ada", "role": "member"])
            #expect(joined.status == .seeOther)
            _ = try await teacher.post("/hub/instances/course/people/ada/remove")
            #expect(try await hub.store.groups.members(of: team.group.name).map(\.text) == ["teacher"])
        }
    }

    @Test func `never get a folder that another group left, and none when it is over`() async throws {
        let store = try Store.inMemory()
        let (lab, old, new) = (try InstanceName("lab"), try GroupName("old"), try GroupName("new"))
        let desk = GroupDesk(store: store, now: { noon }, hasFolder: { $0 == old })
        await #expect(throws: StoreError.noSuchInstance("lab")) { try await desk.add([new], to: lab) }
        await #expect(throws: StoreError.instanceIsDefault) { try await desk.add([new], to: .default) }
        _ = try await store.instances.make(InstanceSettings(name: "lab"), by: nil, at: noon)
        await #expect(throws: StoreError.projectLeft("old")) { try await desk.add([new, old], to: lab) }
        #expect(try await store.groups.all().isEmpty)
        try await desk.add([new], to: lab)
        try await store.instanceEnds.beginDeletion(lab, because: .command, at: noon)
        await #expect(throws: StoreError.instanceOver("lab")) { try await desk.add([GroupName("late")], to: lab) }
    }
}

@Suite struct `The end of a course on its page` {
    @Test func `can be moved, but not into the past`() async throws {
        try await withHub { hub in
            _ = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            let past = try await teacher.post(
                "/hub/instances/course/end/move",
                ["date": "2001-01-01", "time": "10:00"]
            )
            #expect(past.status == .badRequest)
            #expect(past.text.contains("has passed already"))
            let odd = try await teacher.post("/hub/instances/course/end/move", ["date": "soon", "time": ""])
            #expect(odd.status == .badRequest)
            let good = try await teacher.post(
                "/hub/instances/course/end/move",
                ["date": "2029-05-01", "time": "10:30"]
            )
            #expect(good.location == "/hub/instances/course/end?done=moved")
            #expect(try await teacher.get("/hub/instances/course/end").text.contains("1 May 2029, 10:30 UTC"))
        }
    }

    @Test func `comes at once for who types its name`() async throws {
        try await withHub { hub in
            let course = try await hub.addCourse()
            let teacher = try await hub.browser(of: "teacher")
            let wrong = try await teacher.post("/hub/instances/course/end/now", ["name": "curse"])
            #expect(wrong.status == .badRequest)
            #expect(try await hub.store.instances.named(course.name)?.endsAt == course.endsAt)
            #expect(try await teacher.post("/hub/instances/course/end/now", ["name": "course"]).status == .seeOther)
            #expect(try await hub.store.instances.named(course.name)?.endsAt == hub.clock.now)
        }
    }
}

@Suite struct `The page of deleted instances` {
    @Test func `shows records to admins, and gives them as files`() async throws {
        try await withHub { hub in
            let name = try await hub.store.instances.make(InstanceSettings(name: "lab"), by: nil, at: noon).name
            try await hub.store.instanceEnds.beginDeletion(name, because: .command, by: "root", at: noon)
            let instance = try #require(try await hub.store.instances.named(name))
            let record = try #require(try await hub.store.instanceEnds.deletionUnderWay(of: name))
            let key = try #require(RecordKey(bytes: Data(repeating: 7, count: 32)))
            #expect(
                try await hub.store.instanceEnds.finishDeletion(
                    of: instance,
                    record.id ?? 0,
                    record.report(),
                    at: noon,
                    sign: { try key.sign($0) },
                )
            )
            try await hub.addUser("root", isAdmin: true)
            let root = try await hub.browser(of: "root")
            #expect(try await root.get("/hub/admin/deletions").text.contains("lab"))
            let file = try await root.get("/hub/admin/deletions/\(record.id ?? 0)")
            #expect(DeletionPaper.isGenuine(file.text, key: key))
        }
    }
}
