import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// Where people download their files: what, as what, how far it is, and what was prepared.
struct TakeoutPage: Page {
    /// A home to choose.
    struct Home: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    /// A format to choose.
    struct Format: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    /// A download on its way, or a prepared archive.
    struct Item: Sendable, Equatable {
        let id: String
        let name: String
        let stateText: String
        let stateName: String
        let words: String
        /// How much of what was counted is done; nil when nobody knows.
        let percent: Int?
        let failureText: String?
        let downloadURL: PageLink?
        let removeURL: PageLink?
        let removeLabel: String
        let archiveID: String
    }

    static let template = "takeout"
    static let scripts = ["storage.js", "live.js"]

    let title = "Download your files"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let homes: [Home]
    let hasHomes: Bool
    let homeValue: String
    let typedPath: String
    let leavesCachesOut: Bool
    let cachesValue: String
    let chosenText: String
    let chooseURL = PageLink(HubPath.takeout)
    let countURL: PageLink
    let isNotCounted: Bool
    let isUnderWay: Bool
    let countText: String?
    let countProblem: String?
    let problem: String?
    let canDownload: Bool
    let formats: [Format]
    let downloadURL = PageLink(HubPath.takeout + "/download")
    let prepareURL = PageLink(HubPath.takeout + "/prepare")
    let items: [Item]
    let isEmpty: Bool
    let pollSeconds: Int
    /// How long a prepared archive is kept.
    let keptText: String

    /// What a count came to, if it was asked for.
    enum Count: Sendable, Equatable {
        case notAsked, underWay
        case counted(TakeoutProgress)
        case failed(String)
    }

    init(
        choice: TakeoutChoice,
        homes: [TakeoutHome],
        count: Count = .notAsked,
        streams: [TakeoutBoard.Stream] = [],
        prepared: [TakeoutRecord] = [],
        progress: (String) -> TakeoutProgress? = { _ in nil },
        problem: String? = nil,
        lifetime: TimeInterval = TakeoutLimits().lifetime,
        now: Date,
    ) {
        let chosen = homes.first { $0.id.instance == choice.home } ?? homes.first
        let instance = chosen.flatMap { $0 == homes.first ? nil : $0.id.instance }
        tabs = PageTab.storage(current: HubPath.takeout, instance: instance ?? "")
        self.homes = homes.map { Home(value: $0.id.instance, label: $0.label, isChosen: $0 == chosen) }
        hasHomes = homes.count > 1
        homeValue = chosen?.id.instance ?? ""
        typedPath = choice.path
        leavesCachesOut = choice.leavesCachesOut
        cachesValue = choice.leavesCachesOut ? "no" : "yes"
        let path = choice.plainPath
        let what = path.isEmpty ? "Everything in \(chosen?.label ?? "your home")" : "“\(FileText.visible(path))”"
        chosenText = what + (choice.leavesCachesOut ? ", without caches" : "")
        countURL = PageLink(choice.address(count: true))
        isNotCounted = count == .notAsked && problem == nil
        isUnderWay = count == .underWay
        countText = if case .counted(let counted) = count { Self.text(counted) } else { nil }
        countProblem = if case .failed(let text) = count { text } else { nil }
        self.problem = problem
        canDownload = problem == nil
        formats = [
            Format(value: ArchiveFormat.zip.rawValue, label: "zip: opens everywhere", isChosen: choice.format == .zip),
            Format(
                value: ArchiveFormat.tarZstd.rawValue,
                label: "tar.zst: smaller and faster, keeps everything; for Linux and macOS",
                isChosen: choice.format == .tarZstd,
            ),
        ]
        items = streams.map { Item($0, now: now) } + prepared.map { Item($0, progress($0.id), now: now) }
        isEmpty = items.isEmpty
        pollSeconds = 2
        keptText = HumanText.duration(lifetime)
    }

    private static func text(_ counted: TakeoutProgress) -> String {
        let entries = HumanText.count(Int(clamping: counted.entries), "file and folder")
            .replacing("file and folders", with: "files and folders")
        return "\(entries), \(HumanText.size(counted.bytes)) before packing."
    }
}

extension TakeoutPage.Item {
    /// A download on its way.
    init(_ stream: TakeoutBoard.Stream, now: Date) {
        let progress = stream.now
        id = "stream-\(stream.id)"
        name = stream.fileName
        stateText = "Downloading"
        stateName = "making"
        let packed = HumanText.size(progress.bytes)
        let expected = stream.expected.map { " of about \(HumanText.size($0.bytes))" } ?? ""
        let sent = HumanText.size(progress.written)
        words = "\(packed)\(expected) packed, \(sent) sent. Your browser shows the download, and can cancel it."
        percent = stream.expected.flatMap { Self.percent(progress.bytes, of: $0.bytes) }
        failureText = nil
        downloadURL = nil
        removeURL = nil
        removeLabel = ""
        archiveID = ""
    }

    /// A prepared archive, or one to be.
    init(_ takeout: TakeoutRecord, _ progress: TakeoutProgress?, now: Date) {
        id = "archive-\(takeout.id)"
        name = takeout.fileName
        archiveID = takeout.id
        stateName = takeout.state.rawValue
        removeURL = PageLink(HubPath.takeout + "/remove")
        failureText = takeout.failure
        percent = nil
        downloadURL = takeout.state == .ready ? PageLink("\(HubPath.takeout)/prepared/\(takeout.id)") : nil
        removeLabel = takeout.state == .ready || takeout.state == .failed ? "Remove" : "Cancel"
        let until = takeout.expiresAt.map { "It is removed \(HumanText.relative($0, now: now))." } ?? ""
        switch takeout.state {
        case .waiting:
            stateText = "Waiting"
            words = "It is prepared as soon as it is its turn; you can close this page."
        case .making:
            stateText = "Being prepared"
            let sizes = progress.map { "\(HumanText.size($0.bytes)) packed into \(HumanText.size($0.written)). " } ?? ""
            words = "\(sizes)You can close this page."
        case .ready:
            stateText = "Ready"
            words = "\(HumanText.size(takeout.size ?? 0)). \(until)"
        case .failed:
            stateText = "Failed"
            words = until
        }
    }

    private static func percent(_ part: Int64, of whole: Int64) -> Int? {
        whole > 0 ? min(99, Int(Double(part) / Double(whole) * 100)) : nil
    }
}

extension TakeoutChoice {
    /// The page that shows this choice.
    func address(count: Bool = false) -> String {
        var fields = [("home", home), ("path", path), ("format", format.rawValue)].filter { !$0.1.isEmpty }
        if leavesCachesOut { fields.append(("caches", "no")) }
        if count { fields.append(("count", "1")) }
        let query = fields.map { name, value in
            "\(name)=\(value.queryValue)"
        }
        return HubPath.takeout + (query.isEmpty ? "" : "?") + query.joined(separator: "&")
    }
}
