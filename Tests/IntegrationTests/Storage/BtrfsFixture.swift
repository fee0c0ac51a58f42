import CarrelModel
import CarrelSpawn
import Foundation
import Glibc
import Testing

/// A real btrfs on a loop image, for one test; it is unmounted and removed afterwards, also when the test fails.
struct BtrfsFixture {
    let folder: String
    let image: HomesImage
    let storage: BtrfsHomes

    var homes: String { "\(folder)/homes" }
    static let alice = HomeID(instance: "default", slug: "alice")
    static let bob = HomeID(instance: "default", slug: "bob")
    static let account = Account(uid: 20001, gid: 20001)

    /// Whether this machine lets a test mount a btrfs.
    static var isPossible: Bool {
        geteuid() == 0 && StoragePrograms().haveBtrfs && access("/dev/loop-control", R_OK) == 0
    }
    /// What is said when it doesn't.
    static let obstacle: Comment = "mounting a btrfs image needs root, btrfs-progs and loop devices"

    /// Runs a script of Python as the homes' user; its output, or `FAILED` and what it said.
    func python(_ script: String, in path: String, uid: UInt32 = account.uid) async throws -> String {
        let arguments = [
            "--reuid", "\(uid)", "--regid", "\(uid)", "--clear-groups", "--", "/usr/bin/python3", "-c",
            "import os, errno\nos.chdir(\"\(path)\")\n" + script,
        ]
        return try await ProgramRun.output(of: "/usr/bin/setpriv", arguments, within: .seconds(120))
            .trimmingCharacters(in: .newlines)
    }

    /// Has the file system write what is new, so that figures and generations are of now.
    func sync() async throws {
        try await ProgramRun.output(of: StoragePrograms().btrfs, ["filesystem", "sync", homes], within: .seconds(60))
    }

    /// The names of the loop devices that the image is on.
    func loopDevices() async throws -> String {
        try await ProgramRun.output(
            of: "/usr/sbin/losetup",
            ["-n", "-O", "NAME", "-j", image.file],
            within: .seconds(10)
        )
    }

    /// Waits until the image has no loop device any more.
    ///
    /// Where mounts aren't shared between namespaces, a server that another test starts at the moment of a look keeps
    /// what was mounted then for as long as it runs. It looks again and again, as nobody tells in time: the kernel's
    /// event of a device (`change`) comes before it is free, and only to the first network namespace.
    func areLoopDevicesGone() async throws -> Bool {
        let end = ContinuousClock.now + .seconds(60)
        while try await loopDevices() != "" {
            guard ContinuousClock.now < end else { return false }
            try await ContinuousClock().sleep(for: .milliseconds(50))
        }
        return true
    }

    /// Unmounts the image.
    func unmount() async throws {
        try await image.unmountPatiently()
    }
}

extension HomesImage {
    /// Unmounts it, and waits for that.
    ///
    /// A process that is just ending may keep it busy for a moment more, and nobody tells when it lets go. If that takes
    /// too long the image is unmounted as soon as nobody uses it, and that is an error.
    fileprivate func unmountPatiently() async throws {
        let end = ContinuousClock.now + .seconds(60)
        while isMounted {
            do {
                try await ProgramRun.output(of: "/usr/bin/umount", [homes], within: .seconds(60))
            } catch  where ContinuousClock.now < end {
                try await ContinuousClock().sleep(for: .milliseconds(50))
            } catch {
                umount2(homes, Int32(MNT_DETACH))
                throw error
            }
        }
    }
}

/// Where a test runs what blocks: on its own thread.
struct BlockingHere: BlockingWork {
    func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value { try work() }
}

/// Gives a test homes on btrfs, and undoes everything.
func withBtrfs(
    size: ByteCount = ByteCount(bytes: 1_000_000_000),
    _ body: (BtrfsFixture) async throws -> Void
) async throws {
    let folder = "/tmp/carrel-\(UUID().uuidString.prefix(8))"
    mkdir(folder, 0o755)
    let image = HomesImage(file: "\(folder)/homes.img", homes: "\(folder)/homes")
    // In a task of its own: what a cancelled test has mounted must go too.
    func undo() async {
        await Task {
            do {
                try await image.unmountPatiently()
            } catch {
                Issue.record("The image was still in use: \(error)")
            }
            do {
                try FileManager.default.removeItem(atPath: folder)
            } catch {
                Issue.record("\(folder) couldn't be removed: \(error)")
            }
        }.value
    }
    do {
        try await image.prepare(size: size)
        let found = await HomeStorageFinder(homes: image.homes).find(work: BlockingHere())
        let storage = try #require(found as? BtrfsHomes)
        try await body(BtrfsFixture(folder: folder, image: image, storage: storage))
    } catch {
        await undo()
        throw error
    }
    await undo()
}
