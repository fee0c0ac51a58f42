import ArgumentParser
import CarrelHub
import CarrelModel
import CarrelSpawn
import Foundation

/// The command `carrel storage …`.
struct StorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage",
        abstract: "Show how homes are kept and what they hold; make or enlarge the image they are in.",
        subcommands: [Status.self, CreateImage.self, Grow.self],
    )

    /// The command `carrel storage status`.
    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say where homes are, how strong their quotas are, and what each holds."
        )

        @OptionGroup var source: ConfigurationOption

        func run() async throws {
            let configuration = try source.load()
            let homes = configuration.storage.homes
            let work = ThreadedWork(threads: 1)
            let setup = HomeStorageSetup(configuration, state: StateDirectory(path: configuration.hub.stateDirectory))
            let finder = HomeStorageFinder(homes: homes)
            print("folder    \(homes)")
            if setup.image.isMounted { print("image     \(setup.image.file)") }
            if let obstacle = finder.obstacle {
                print("quotas    only counted: \(obstacle)")
            } else {
                print("quotas    a wall, kept by btrfs")
            }
            if let space = DiskSpace(at: homes) {
                let (free, size) = (ByteCount(bytes: space.free).rounded, ByteCount(bytes: space.size).rounded)
                print("free      \(free) of \(size)")
            }
            let usages = try await finder.storageAsItIs(work: work).usages()
            print("homes     \(usages.count)")
            let rows = usages.sorted { $0.value.used > $1.value.used }.map { home, usage in
                [home.instance, home.slug, usage.used.rounded, usage.quota?.rounded ?? "none"]
            }
            if !rows.isEmpty { print(TextTable(headings: ["INSTANCE", "HOME", "USED", "QUOTA"], rows: rows).text) }
            try await work.stop()
        }
    }

    /// The command `carrel storage create-image`.
    struct CreateImage: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-image",
            abstract: "Make an image for the homes and mount it, as `storage.image` in carrel.yaml does by itself.",
        )

        @OptionGroup var source: ConfigurationOption
        @Option(help: "How large it is, such as 100GB; it takes only what is used.")
        var size: String

        func run() async throws {
            let size = try ByteCount(text: size)
            let configuration = try source.load()
            let state = StateDirectory(path: configuration.hub.stateDirectory)
            try state.prepare()
            let image = HomeStorageSetup(configuration, state: state).image
            try await image.create(size: size)
            try await image.mount()
            print("\(image.file) holds the homes now, mounted on \(image.homes).")
        }
    }

    /// The command `carrel storage grow`.
    struct Grow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Enlarge the image of the homes, while it is in use.")

        @OptionGroup var source: ConfigurationOption
        @Option(help: "How large it becomes, such as 200GB.")
        var size: String

        func run() async throws {
            let size = try ByteCount(text: size)
            let configuration = try source.load()
            let state = StateDirectory(path: configuration.hub.stateDirectory)
            let image = HomeStorageSetup(configuration, state: state).image
            try await image.grow(to: size)
            print("\(image.file) has \(size) now.")
        }
    }
}
