import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// Servers with project folders on a real btrfs, for one test.
struct LiveFixture {
    let btrfs: BtrfsFixture
    let sandbox: SandboxFixture

    private static let owners: [String: UInt32] = ["ecology": 30_001, "air": 30_002]

    /// A project folder as somebody with this role is shown it.
    func folder(_ name: String, _ role: GroupRole) throws -> [FolderBinding] {
        let host = btrfs.storage.path(of: .project(try GroupName(name)))
        let inside = "/home/tester/projects/\(name)"
        let owner = Self.owners[name]
        return [
            FolderBinding(host: host, inside: inside, access: role.writes ? .readWrite : .readOnly, owner: owner),
            FolderBinding(
                host: "\(host)/store",
                inside: "\(inside)/store",
                access: role.keepsStore ? .readWrite : .readOnly,
                owner: owner,
                top: host,
            ),
        ]
    }

    func ecology(_ role: GroupRole) throws -> [FolderBinding] { try folder("ecology", role) }

    func order(_ folders: [[FolderBinding]]) -> FolderOrder {
        FolderOrder(
            folders: folders.flatMap(\.self),
            shelves: ["/home/tester/projects"],
            home: "/home/tester",
            parents: btrfs.storage.commonParents,
            others: [],
        )
    }

    private func prepare(_ binding: FolderBinding) async throws(SpawnError) {
        guard binding.top == nil, let owner = binding.owner else { return }
        for (name, known) in Self.owners where known == owner {
            guard let group = try? GroupName(name) else { continue }
            _ = try await btrfs.storage.prepare(.project(group), owner: owner, quota: nil)
        }
    }

    /// Starts a server that shows some folders from the start.
    func server(
        _ id: String,
        _ folders: [[FolderBinding]],
        _ fill: (String) -> Void = { _ in },
    ) async throws -> RunningServer {
        var order = try sandbox.order(id: id)
        order.account = Account(uid: 20001, gid: 20001)
        fill(order.home)
        for binding in folders.flatMap(\.self) { try await prepare(binding) }
        if !folders.isEmpty {
            #expect(HomeDirectory.makeMountPoint("projects", in: order.home))
            order.shelves = ["/home/tester/projects"]
        }
        order.folders += folders.flatMap(\.self)
        return try await sandbox.ready(order)
    }

    /// Has a running server show these folders and no others.
    func change(_ server: RunningServer, _ folders: [[FolderBinding]]) async throws -> FolderChange {
        let change = try await sandbox.spawner.changeFolders(of: server.id, to: order(folders)) {
            binding async throws(SpawnError) in try await prepare(binding)
        }
        return try #require(change)
    }

    func shell(_ script: String, _ server: RunningServer) throws -> String {
        try sandbox.shell(script, in: server)
    }

    /// Starts a script that goes on, and returns when it has said `ready`.
    ///
    /// - Returns: its process number in the sandbox.
    @discardableResult
    func start(_ script: String, _ server: RunningServer) throws -> Int {
        let path = "/tmp/\(UUID().uuidString)"
        let begin = """
            cat > \(path) <<'END'
            \(script)
            END
            touch \(path).out; cd /
            setsid sh \(path) > \(path).out 2>&1 < /dev/null & pid=$!
            until grep -q ready \(path).out || ! kill -0 $pid; do sleep 0.01; done
            grep -q ready \(path).out || cat \(path).out; echo $pid
            """
        let said = try shell(begin, server).trimmingCharacters(in: .newlines)
        return try #require(Int(said), "\(said)")
    }

    /// The same for a program in Python, which says that it is ready itself.
    @discardableResult
    func startPython(_ program: String, _ server: RunningServer) throws -> Int {
        let path = "/tmp/\(UUID().uuidString).py"
        _ = try shell("cat > \(path) <<'END'\n\(program)\nEND", server)
        return try start("exec python3 \(path)", server)
    }
}

/// Gives a test servers and project folders on btrfs, and undoes everything.
func withLive(_ body: (LiveFixture) async throws -> Void) async throws {
    try await withBtrfs { btrfs in
        try await withSandbox { sandbox in try await body(LiveFixture(btrfs: btrfs, sandbox: sandbox)) }
    }
}
