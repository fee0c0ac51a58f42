import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation

/// The homes as they are configured.
struct HomeStorageSetup {
    private let settings: StorageSettings
    private let programs = StoragePrograms()
    private let finder: HomeStorageFinder
    /// The image of the homes, whether or not there is one.
    let image: HomesImage

    init(_ configuration: Configuration, state: StateDirectory) {
        settings = configuration.storage
        finder = HomeStorageFinder(homes: settings.homes, programs: programs)
        image = HomesImage(file: state.homesImage, homes: settings.homes, programs: programs)
    }

    /// What keeps the homes; an image that is configured or there already is mounted first.
    ///
    /// - Throws: ``HomesImageError`` when it can't be: with the image missing, all homes would seem empty.
    func storage(work: any BlockingWork) async throws -> any FolderStorage {
        if let size = settings.image {
            try await image.prepare(size: size)
        } else if image.size != nil {
            try await image.mount()
        }
        try FileManager.default.createDirectory(atPath: settings.homes, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: settings.homes)
        return await finder.find(work: work)
    }

    /// What `carrel doctor` says.
    func findings() async -> [Finding] {
        guard settings.image == nil || image.isMounted else {
            let message = "The image of the homes isn't mounted on \(settings.homes) yet."
            return [
                Finding(subject: "storage", grade: .weaker, message: message, remedy: "Start `carrel serve` as root.")
            ]
        }
        return await finder.findings() + backing
    }

    /// A sparse image may promise more room than the disk under it has.
    private var backing: [Finding] {
        guard image.isMounted, let size = image.size, let homes = DiskSpace(at: settings.homes),
            let disk = DiskSpace(at: (image.file as NSString).deletingLastPathComponent), disk.free < homes.free
        else { return [] }
        let free = ByteCount(bytes: disk.free).rounded
        let message = "The image has \(size), but only \(free) is free on the disk it is on."
        let remedy = "Make room on that disk, or move \(image.file) to a larger one while nothing runs."
        return [Finding(subject: "storage", grade: .weaker, message: message, remedy: remedy)]
    }
}
