import CarrelTestSupport
import Foundation
import Testing

@testable import CarrelSpawn

@Suite struct `An environment's folder` {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let old = "r-00000000000a"
    private let new = "r-00000000000b"

    /// A folder with two versions of `r`, of which the newer is in use.
    private func withVersions(_ body: (EnvironmentFolder, _ parent: String) throws -> Void) throws {
        let parent = FileManager.default.temporaryDirectory.appending(path: "carrel-env-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: parent) }
        for version in [old, new] { try make(version, in: parent) }
        try FileManager.default.createSymbolicLink(atPath: parent + "/r", withDestinationPath: new)
        try body(EnvironmentFolder(path: parent + "/r"), parent)
    }

    private func make(_ version: String, in parent: String, isWhole: Bool = true) throws {
        let folder = "\(parent)/\(version)/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let program = Data("#!/bin/sh".utf8)
        let mode = [FileAttributeKey.posixPermissions: 0o755]
        #expect(FileManager.default.createFile(atPath: folder + "/carrel-server", contents: program, attributes: mode))
        guard isWhole else { return }
        #expect(FileManager.default.createFile(atPath: "\(parent)/\(version)/environment.whole", contents: nil))
    }

    private func retire(_ version: String, in parent: String, at date: Date) throws {
        let mark = "\(parent)/\(version)/environment.retired"
        #expect(FileManager.default.createFile(atPath: mark, contents: nil, attributes: [.modificationDate: date]))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: mark)
    }

    @Test func `a version out of use goes once its time is over and nothing runs with it`() throws {
        try withVersions { folder, parent in
            #expect(folder.isBuilt && folder.version == new && !folder.isForeign)
            try retire(old, in: parent, at: now.addingTimeInterval(-EnvironmentFolder.grace + 1))
            let none = try folder.sweep(now: now, inUse: { _ in [] })
            #expect(none.isEmpty)
            let later = now.addingTimeInterval(2)
            var asked: Set<String> = []
            let keep = { (folders: Set<String>) in
                asked = folders
                return folders
            }
            let used = try folder.sweep(now: later, inUse: keep)
            #expect(used.isEmpty && asked.map { $0.hasSuffix("/\(old)") } == [true])
            #expect(try folder.sweep(now: later, inUse: { _ in [] }) == [old])
            #expect(folder.versions == [new] && folder.isBuilt)
        }
    }

    @Test func `a version without a mark is marked first`() throws {
        try withVersions { folder, parent in
            let none = try folder.sweep(now: now, inUse: { _ in [] })
            #expect(none.isEmpty)
            #expect(FileManager.default.fileExists(atPath: "\(parent)/\(old)/environment.retired"))
            #expect(!FileManager.default.fileExists(atPath: "\(parent)/\(new)/environment.retired"))
        }
    }

    @Test func `what was never finished goes at once, and others' folders stay`() throws {
        try withVersions { folder, parent in
            let (half, other) = ("r-00000000000c", "r-2-00000000000d")
            try make(half, in: parent, isWhole: false)
            try make(other, in: parent)
            #expect(try folder.sweep(now: now, inUse: { _ in [] }) == [half])
            #expect(folder.versions == [old, new])
            #expect(FileManager.default.fileExists(atPath: "\(parent)/\(other)"))
        }
    }

    @Test func `nothing is removed while it is being built`() throws {
        try withVersions { folder, parent in
            try make("r-00000000000c", in: parent, isWhole: false)
            let lock = try Descriptor(opening: parent + "/.r.lock", O_RDWR | O_CREAT)
            #expect(flock(lock.number, LOCK_EX) == 0)
            let none = try folder.sweep(now: now, inUse: { _ in [] })
            #expect(none.isEmpty)
            #expect(throws: EnvironmentFolderError.busy("r")) { try folder.removeAll(inUse: { _ in [] }) }
            withExtendedLifetime(lock) {}
        }
    }

    @Test func `all of it can be removed, unless servers run with it`() throws {
        try withVersions { folder, parent in
            #expect(throws: EnvironmentFolderError.inUse("r")) { try folder.removeAll(inUse: { $0 }) }
            #expect(folder.isBuilt)
            try folder.removeAll(inUse: { _ in [] })
            #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == [".r.lock"])
        }
    }

    @Test func `a folder or a link of somebody else's is foreign`() throws {
        try withVersions { _, parent in
            try FileManager.default.createSymbolicLink(atPath: parent + "/s", withDestinationPath: "/usr")
            #expect(EnvironmentFolder(path: parent + "/s").isForeign)
            #expect(EnvironmentFolder(path: "\(parent)/\(old)").isForeign)
            #expect(!EnvironmentFolder(path: parent + "/none").isForeign)
            let none = try EnvironmentFolder(path: "/nowhere/r").sweep(now: now, inUse: { _ in [] })
            #expect(none.isEmpty)
        }
    }

    @Test func `a command line names an environment by itself or by a file in it`() {
        let line = Array("setpriv\0--\0/e/r-1/bin/python\0/e/r-22/bin/x\0/e/s\0".utf8)
        #expect(EnvironmentUse.named(in: line, among: ["/e/r-1", "/e/r-2", "/e/s", "/e"]) == ["/e/r-1", "/e/s", "/e"])
        #expect(EnvironmentUse.named(in: [], among: ["/e"]).isEmpty)
    }

    @Test func `the environment of a process that runs is found`() async throws {
        let folder = "/environments/\(UUID())"
        #expect(EnvironmentUse.folders(among: [folder]).isEmpty)
        let program = DetachedProgram(path: "/bin/sh", arguments: ["-c", "read x", "\(folder)/bin/python"])
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let (input, output) = (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
        let pid = try program.startChild(descriptors: [input.number, input.number, input.number])
        let handle = ProcessHandle(pid: pid)
        #expect(EnvironmentUse.folders(among: [folder, "/other"]) == [folder])
        handle?.send(SIGKILL)
        withExtendedLifetime((input, output)) {}
        #expect(waitpid(pid, nil, 0) == pid)
    }
}
