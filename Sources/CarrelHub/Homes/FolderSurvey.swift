import CarrelModel
import CarrelSpawn
import Foundation

/// Finds the largest folders of homes, one count of a home at a time, and remembers each for a minute.
actor FolderSurvey {
    /// What a survey came to.
    enum Outcome: Sendable, Equatable {
        case counted([HomeFileEntry])
        /// It is being counted for an earlier request.
        case underWay
    }

    private let files: any HomeFiles
    private let now: @Sendable () -> Date
    private var underWay: Set<HomeID> = []
    private var known: [HomeID: (entries: [HomeFileEntry], at: Date)] = [:]

    init(files: any HomeFiles, now: @escaping @Sendable () -> Date) {
        self.files = files
        self.now = now
    }

    /// The ten largest folders of a home; takes as long as the home is large.
    func largest(in home: HomeID) async throws(HomeFilesError) -> Outcome {
        known = known.filter { now().timeIntervalSince($0.value.at) < 60 }
        if let recent = known[home] { return .counted(recent.entries) }
        guard underWay.insert(home).inserted else { return .underWay }
        defer { underWay.remove(home) }
        let entries = try await files.largestFolders(in: home, count: 10)
        known[home] = (entries, now())
        return .counted(entries)
    }

    /// Forgets what was counted, after files were brought back.
    func forget(_ home: HomeID) {
        known[home] = nil
    }
}
