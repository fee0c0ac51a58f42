import NIOCore
import Testing

@testable import StorageHubClient

@Suite(.enabled(if: StandIn.python != nil, "make test-environment"), .serialized, .timeLimit(.minutes(3)))
struct ChangesTests {
    @Test func `something is moved, renamed, and both`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["a"])
            try await tree.makeFolder(["b"])
            let item = try await tree.write(.init("1"), to: ["a", "x"])
            #expect(try await tree.move(["a", "x"], to: ["a", "y"]).id == item.id)
            try await tree.move(["a", "y"], to: ["b", "y"])
            try await tree.move(["b", "y"], to: ["a", "z"])
            try await tree.move(["a", "z"], to: ["a", "z"])
            #expect(try await tree.names(["a"]) == ["z"])
            #expect(try await tree.names(["b"]).isEmpty)
            #expect(try await tree.text(["a", "z"]) == "1")
            #expect(await failure { try await tree.move(["a"], to: ["a", "in"]) } == .protectedFolder)
        }
    }

    @Test func `a name that is taken is refused, or what has it goes into the trash`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["b"])
            try await tree.write(.init("1"), to: ["x"])
            let old = try await tree.write(.init("2"), to: ["b", "x"])
            #expect(await failure { try await tree.move(["x"], to: ["b", "x"]) } == .nameTaken)
            #expect(await failure { try await tree.makeFolder(["x"]) } == .nameTaken)
            #expect(await failure { try await tree.copy(["x"], to: ["b", "x"]) } == .nameTaken)
            try await tree.move(["x"], to: ["b", "x"], ifTaken: .moveToTrash)
            #expect(try await tree.text(["b", "x"]) == "1")
            #expect(try await tree.names(["b"]) == ["x"])
            #expect(try await tree.hub.item(old.id).isTrashed)
            try await tree.remove(["b", "x"])
            _ = try await tree.hub.restore(old.id)
            #expect(try await tree.text(["b", "x"]) == "2")
        }
    }

    @Test func `a move that fails puts back what it threw away, and itself`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["b"])
            try await tree.write(.init("1"), to: ["x"])
            try await tree.write(.init("2"), to: ["b", "y"])
            try await standIn.tell("fault", ["kind": "status", "status": 500, "path": "/rename", "times": 1])
            let error = await failure { try await tree.move(["x"], to: ["b", "y"], ifTaken: .moveToTrash) }
            #expect(error == .nonsense(.rename, .status(500)))
            #expect(try await tree.text(["x"]) == "1")
            #expect(try await tree.text(["b", "y"]) == "2")
        }
    }

    @Test(arguments: ["/move", "/rename"])
    func `a change whose answer is lost is made once, and known to be made`(_ call: String) async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["b"])
            let item = try await tree.write(.init("1"), to: ["10:30"])
            try await standIn.tell("fault", ["kind": "mute", "method": "PUT", "path": call, "times": 1])
            #expect(try await tree.move(["10:30"], to: ["b", "11:30"]).id == item.id)
            #expect(try await tree.text(["b", "11:30"]) == "1")
            #expect(try await standIn.seen().calls.count { $0.hasPrefix("PUT") } == 2)
        }
    }

    @Test func `a change that can't be taken back says so, and nothing is lost`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["b"])
            try await tree.write(.init("1"), to: ["x"])
            let old = try await tree.write(.init("2"), to: ["b", "y"])
            try await standIn.tell("fault", ["kind": "status", "status": 500, "path": "/rename", "times": 1])
            try await standIn.tell("fault", ["kind": "status", "status": 500, "path": "/restore", "times": 1])
            let error = await failure { try await tree.move(["x"], to: ["b", "y"], ifTaken: .moveToTrash) }
            #expect(error == .halfDone)
            #expect(try await tree.text(["x"]) == "1")
            #expect(try await tree.hub.restore(old.id).id == old.id)
            #expect(try await tree.text(["b", "y"]) == "2")
        }
    }

    @Test func `folders that the service keeps for itself aren't shown, and none is made`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            try await tree.makeFolder(["a"])
            for path in [["Trash"], ["MySpecialFolders"], ["a", "Trash"]] {
                #expect(await failure { try await tree.entry(at: path) } == .notFound(.item))
                #expect(await failure { try await tree.makeFolder(path) } == .nameTaken)
                #expect(await failure { try await tree.write(.init("1"), to: path + ["x"]) } == .notFound(.item))
            }
            #expect(await failure { try await tree.move(["a"], to: ["Trash"]) } == .nameTaken)
            #expect(await failure { try await tree.write(.init("1"), to: ["Trash"]) } == .nameTaken)
            try await tree.write(.init("1"), to: ["a", "Trash"])
            #expect(try await tree.text(["a", "Trash"]) == "1")
        }
    }

    @Test func `what is deleted is in the trash, also when the answer is lost, and is never deleted twice`()
        async throws
    {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let item = try await tree.write(.init("1"), to: ["a"])
            try await standIn.tell("fault", ["kind": "mute", "method": "DELETE", "times": 1])
            try await tree.remove(["a"])
            #expect(try await standIn.seen().calls.count { $0.hasPrefix("DELETE") } == 1)
            #expect(try await tree.names() == ["VREFolders"])
            #expect(await failure { try await tree.remove(["a"]) } == .notFound(.item))
            #expect(await failure { try await tree.hub.delete(item.id) } == .notFound(.delete))
            #expect(try await tree.hub.restore(item.id).id == item.id)
            #expect(try await tree.text(["a"]) == "1")
            #expect(await failure { try await tree.hub.restore(item.id) } == .notFound(.restore))
        }
    }

    @Test func `a file is copied, a folder isn't`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let item = try await tree.write(.init("1"), to: ["a"])
            let copy = try await tree.copy(["a"], to: ["10:30 [copy]"])
            #expect(copy.id != item.id)
            try await tree.write(.init("2"), to: ["a"])
            #expect(try await tree.text(["10:30 [copy]"]) == "1")
            try await tree.makeFolder(["b"])
            #expect(await failure { try await tree.copy(["b"], to: ["c"]) } == .notFile)
        }
    }

    @Test func `contexts have folders under VREFolders, which stay`() async throws {
        try await withStandIn { standIn in
            let anna = try standIn.tree("anna")
            let ben = try standIn.tree("ben")
            #expect(try await anna.names() == ["VREFolders"])
            #expect(try await anna.names(["VREFolders"]) == ["Fishes"])
            try await anna.write(.init("ours"), to: ["VREFolders", "Fishes", "a.txt"])
            #expect(try await ben.text(["VREFolders", "Fishes", "a.txt"]) == "ours")
            let path = ["VREFolders", "Fishes", "a.txt"]
            #expect(await failure { try await ben.write(.init("x"), to: path) } == .forbidden(.write))
            #expect(await failure { try await ben.remove(path) } == .forbidden(.delete))
            for path in [[], ["VREFolders"], ["VREFolders", "Fishes"]] {
                #expect(await failure { try await anna.remove(path) } == .protectedFolder)
                #expect(await failure { try await anna.move(path, to: ["x"]) } == .protectedFolder)
            }
            #expect(await failure { try await anna.makeFolder(["VREFolders", "x"]) } == .protectedFolder)
            #expect(await failure { try await anna.write(.init(""), to: ["VREFolders"]) } == .protectedFolder)
            #expect(try await anna.hub.contextFolder().displayName == "Fishes")
        }
    }

    @Test func `an item called VREFolders is reached beside the folder of contexts`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let id = try #require(try await standIn.place("VREFolders", "mine").first)
            let marked = "VREFolders (\(id.prefix(8)))"
            #expect(try await tree.names() == ["VREFolders", marked])
            #expect(try await tree.text([marked]) == "mine")
            #expect(try await tree.entry(at: ["VREFolders"]).place == .contextFolders)
        }
    }

    @Test func `a shared folder is seen by its title, and stays`() async throws {
        try await withStandIn { standIn in
            let anna = try standIn.tree("anna")
            let ben = try standIn.tree("ben")
            let folder = try await anna.makeFolder(["for ben"])
            try await anna.write(.init("1"), to: ["for ben", "a"])
            let told: [String: any Sendable] = ["user": "anna", "id": folder.id.rawValue, "users": ["ben"]]
            let _: String = try await standIn.tell("share", told.merging(["access": "READ_ONLY"]) { $1 })
            #expect(try await ben.text(["for ben", "a"]) == "1")
            #expect(try await ben.entry(at: ["for ben"]).item?.kind == .sharedFolder)
            #expect(await failure { try await ben.write(.init("2"), to: ["for ben", "a"]) } == .forbidden(.write))
            #expect(await failure { try await anna.remove(["for ben"]) } == .protectedFolder)
            #expect(await failure { try await anna.move(["for ben"], to: ["x"]) } == .protectedFolder)
        }
    }

    @Test func `a full workspace, a lock and a file in the way are told apart`() async throws {
        try await withStandIn { standIn in
            let tree = try standIn.tree()
            let item = try await tree.write(.init("12345"), to: ["a"])
            try await standIn.tell("quota", ["user": "anna", "bytes": 8])
            #expect(await failure { try await tree.write(.init("1234"), to: ["b"]) } == .overQuota(.write))
            let stream = StorageHubContent(Stream(count: 30_000_000), length: 30_000_000)
            #expect(await failure { try await tree.write(stream, to: ["a"]) } == .overQuota(.write))
            #expect(try await tree.text(["a"]) == "12345")
            try await standIn.tell("lock", ["id": item.id.rawValue, "locked": true])
            #expect(await failure { try await tree.move(["a"], to: ["b"]) } == .locked(.rename))
            #expect(await failure { try await tree.entry(at: ["a", "b"]) } == .notFolder)
            #expect(await failure { try await tree.write(.init(""), to: ["a", "b"]) } == .notFolder)
            #expect(await failure { try await tree.write(.init(""), to: ["none", "b"]) } == .notFound(.item))
            #expect(await failure { try await tree.text(["VREFolders"]) } == .notFile)
        }
    }

    @Test func `the state of a workspace is told`() async throws {
        try await withStandIn { standIn in
            let hub = try standIn.tree { $0.attempts = 1 }.hub
            #expect(await hub.check() == .connected(path: "/Home/anna/Workspace"))
            try await standIn.tell("fault", ["kind": "html", "path": "/workspace", "times": 1])
            #expect(await hub.check() == .notStorageHub)
            try await standIn.tell("fault", ["kind": "status", "status": 503, "retry_after": "60", "times": 1])
            #expect(await hub.check() == .busy(retryAfter: .seconds(60)))
            try await standIn.tell("fault", ["kind": "status", "status": 404, "times": 1])
            #expect(await hub.check() == .notStorageHub)
            let token = try await standIn.tokens("anna").token(insteadOf: nil)
            let gone = StorageHubSettings(address: "http://127.0.0.1:1/workspace", attempts: 1)
            let away = try StorageHub(gone, tokens: FixedStorageHubToken(token), http: standIn.http)
            #expect(await away.check() == .offline)
        }
    }

    @Test func `a listing outlives a service that fails in between`() async throws {
        try await withStandIn { standIn in
            try await standIn.place("f#N", "x", ["count": 450])
            let tree = try standIn.tree()
            for kind in ["status", "cut"] {
                try await standIn.tell(
                    "fault",
                    ["kind": kind, "status": 502, "path": "/children/paged", "after": 1000, "times": 2]
                )
                #expect(try await tree.names().count == 451)
            }
        }
    }
}
