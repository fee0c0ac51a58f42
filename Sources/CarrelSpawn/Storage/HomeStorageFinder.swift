import CFiles
public import CarrelModel
import Glibc

/// Finds out how homes can be kept where they are.
public struct HomeStorageFinder: Sendable {
    /// Absolute path of the folder of all homes.
    public let homes: String
    /// The programs of the system.
    public let programs: StoragePrograms
    private let isRoot: Bool

    /// Asks about a folder.
    public init(homes: String, programs: StoragePrograms = StoragePrograms()) {
        self.homes = homes
        self.programs = programs
        isRoot = geteuid() == 0
    }

    /// Why homes here can only be plain folders, as a sentence; nil when they can be subvolumes of btrfs.
    public var obstacle: String? {
        guard isRoot else { return "The hub is an ordinary user, and only root can set quotas." }
        guard let folder = try? Descriptor(opening: homes, O_RDONLY | O_DIRECTORY) else {
            return "\(homes) can't be opened."
        }
        guard carrel_is_btrfs(folder.number) == 1 else { return "\(homes) isn't on btrfs." }
        return programs.haveBtrfs ? nil : "\(homes) is on btrfs, but the program btrfs isn't on this machine."
    }

    /// What keeps homes here, with nothing changed: for looking only.
    public func storageAsItIs(work: any BlockingWork) -> any FolderStorage {
        if let obstacle { return PlainHomes(homes: homes, reason: obstacle, work: work) }
        return BtrfsHomes(homes: homes, btrfs: programs.btrfs, setpriv: programs.setpriv, work: work)
    }

    /// What keeps homes best here; enables quotas where they can be and aren't.
    ///
    /// - Parameter work: looks through folders.
    /// - Returns: a storage that works; its strength says how well.
    public func find(work: any BlockingWork) async -> any FolderStorage {
        if let obstacle { return PlainHomes(homes: homes, reason: obstacle, work: work) }
        let storage = BtrfsHomes(homes: homes, btrfs: programs.btrfs, setpriv: programs.setpriv, work: work)
        if (try? await storage.btrfs.usages(on: homes)) != nil { return storage }
        do {
            try await storage.btrfs.enableQuotas(on: homes)
            return storage
        } catch {
            let reason = "Quotas can't be enabled on \(homes): \(error.message)."
            return PlainHomes(homes: homes, reason: reason, work: work)
        }
    }

    /// What `carrel doctor` says about it; changes nothing.
    public func findings() async -> [Finding] {
        if let obstacle {
            let remedy =
                isRoot
                ? """
                Install btrfs-progs and either put storage.homes on btrfs, or set storage.image (such as `100 GB`) in \
                carrel.yaml for a new hub.
                """ : "Run `carrel serve` as root."
            let message = "\(obstacle) Use of homes is only counted now and then, and there are no restore points."
            return [Finding(subject: "storage", grade: .weaker, message: message, remedy: remedy)]
        }
        var findings = [
            Finding(
                subject: "storage",
                grade: .good,
                message: "\(homes) is on btrfs: quotas are a wall, and restore points can be taken.",
            )
        ]
        let plain = HomesFolder(path: homes).plainFolders()
        if !plain.isEmpty {
            let message = """
                \(plain.count) of the homes are plain folders still, which nothing holds to a quota: \
                \(plain.prefix(5).map(\.slug).joined(separator: ", ")).
                """
            let remedy = """
                Stop these users' servers and start them again. If that doesn't help, there is something in the home that \
                its user can't read: give it to them with `chown -R`.
                """
            findings.append(Finding(subject: "storage", grade: .weaker, message: message, remedy: remedy))
        }
        if let space = DiskSpace(at: homes), space.isShort {
            let message = "Less than a tenth of the disk is free: the oldest restore points are being removed."
            let remedy = "`carrel storage grow`, or a larger disk."
            findings.append(Finding(subject: "storage", grade: .weaker, message: message, remedy: remedy))
        }
        return findings
    }
}

/// What keeps homes and common folders.
public typealias FolderStorage = HomeStorage & CommonFolderStorage
