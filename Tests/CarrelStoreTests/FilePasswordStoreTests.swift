import CarrelModel
import Foundation
import Testing

@testable import CarrelStore

@Suite struct `Passwords for files in the store` {
    private func password(
        _ hash: String,
        of user: UserRecord,
        mount: String? = nil,
        ends: Date? = nil,
    ) -> FilePasswordRecord {
        FilePasswordRecord(
            userId: user.id ?? 0,
            secretHash: hash,
            note: hash,
            isWritable: true,
            mount: mount,
            createdAt: noon,
            expiresAt: ends,
        )
    }

    @Test(arguments: [(0.0, true), (59, true), (60, false)])
    func `one lives until its end and not longer`(after: TimeInterval, isLive: Bool) async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        _ = try await store.filePasswords.add(password("p", of: user, ends: noon.addingTimeInterval(60)))
        let now = noon.addingTimeInterval(after)
        #expect((try await store.filePasswords.live(secretHash: "p", now: now)?.user.name == user.name) == isLive)
        #expect(try await store.filePasswords.all(ofUser: user.id ?? 0, now: now).isEmpty != isLive)
        try await store.filePasswords.forgetExpired(now: now)
        #expect((try await store.filePasswords.live(secretHash: "p", now: noon) != nil) == isLive)
    }

    @Test func `one of a disabled user is worth nothing`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        _ = try await store.filePasswords.add(password("p", of: user))
        try await store.users.setDisabled(true, of: user.name)
        #expect(try await store.filePasswords.live(secretHash: "p", now: noon) == nil)
    }

    @Test func `only its owner revokes one, and shutting out revokes all`() async throws {
        let store = try Store.inMemory()
        let (ada, ben) = (try await store.addUser("ada"), try await store.addUser("ben"))
        let one = try #require(try await store.filePasswords.add(password("p", of: ada))?.id)
        _ = try await store.filePasswords.add(password("q", of: ada))
        #expect(try await !store.filePasswords.revoke(one, ofUser: ben.id ?? 0))
        #expect(try await store.filePasswords.revoke(one, ofUser: ada.id ?? 0))
        #expect(try await store.filePasswords.live(secretHash: "p", now: noon) == nil)
        // What stands in a server's environment somebody may have read; what the hub's own mounts have, nobody.
        let server = FilePasswordRecord.serverMount("ada/")
        try await store.filePasswords.put(password("in server", of: ada, mount: server))
        try await store.filePasswords.put(password("of mount", of: ada, mount: "ada"))
        #expect(try await store.users.shutOut(ada.id ?? 0, newPassword: nil, tokens: true) == 2)
        #expect(try await store.filePasswords.live(secretHash: "q", now: noon) == nil)
        #expect(try await store.filePasswords.live(secretHash: "in server", now: noon) == nil)
        #expect(try await store.filePasswords.live(secretHash: "of mount", now: noon) != nil)
    }

    @Test func `a mount has one, and none of its owner's list`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        for hash in ["first", "second"] {
            try await store.filePasswords.put(password(hash, of: user, mount: "data"))
        }
        try await store.filePasswords.put(password("other", of: user, mount: "other"))
        #expect(try await store.filePasswords.live(secretHash: "first", now: noon) == nil)
        #expect(try await store.filePasswords.live(secretHash: "second", now: noon)?.password.mount == "data")
        #expect(try await store.filePasswords.all(ofUser: user.id ?? 0, now: noon).isEmpty)
        try await store.filePasswords.revoke(mount: "data", ofUser: user.id ?? 0)
        #expect(try await store.filePasswords.live(secretHash: "second", now: noon) == nil)
        #expect(try await store.filePasswords.live(secretHash: "other", now: noon) != nil)
    }

    @Test func `nobody has more than so many`() async throws {
        let store = try Store.inMemory()
        let user = try await store.addUser("ada")
        for number in 0..<FilePasswordStore.most {
            #expect(try await store.filePasswords.add(password("\(number)", of: user)) != nil)
        }
        #expect(try await store.filePasswords.add(password("one more", of: user)) == nil)
        try await store.filePasswords.put(password("mount", of: user, mount: "data"))
        #expect(try await store.filePasswords.live(secretHash: "mount", now: noon) != nil)
    }
}
