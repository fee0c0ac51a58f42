import CarrelSpawn
import Foundation

/// Counts what takeouts would hold, one count of a home at a time, and remembers each for a while.
actor TakeoutSurvey {
    /// What a count came to.
    enum Outcome: Sendable, Equatable {
        case counted(TakeoutProgress)
        /// The home is being counted for an earlier request.
        case underWay
    }

    private static let memory = TimeInterval(300)
    private static let mostAtOnce = 4

    private let archives: any HomeArchives
    private let now: @Sendable () -> Date
    private var underWay: Set<HomeID> = []
    private var known: [TakeoutOrder: (progress: TakeoutProgress, at: Date)] = [:]

    init(archives: any HomeArchives, now: @escaping @Sendable () -> Date) {
        self.archives = archives
        self.now = now
    }

    /// Counts; takes as long as there are many files.
    func count(_ order: TakeoutOrder) async throws(TakeoutError) -> Outcome {
        let key = Self.key(order)
        if let recent = recent(key), now().timeIntervalSince(recent.at) < 60 { return .counted(recent.progress) }
        guard underWay.count < Self.mostAtOnce, underWay.insert(order.home).inserted else { return .underWay }
        defer { underWay.remove(order.home) }
        let progress = try await archives.count(order)
        known[key] = (progress, now())
        return .counted(progress)
    }

    /// What was counted lately.
    func remembered(_ order: TakeoutOrder) -> TakeoutProgress? { recent(Self.key(order))?.progress }

    private func recent(_ key: TakeoutOrder) -> (progress: TakeoutProgress, at: Date)? {
        known = known.filter { now().timeIntervalSince($0.value.at) < Self.memory }
        return known[key]
    }

    /// The format makes no difference.
    private static func key(_ order: TakeoutOrder) -> TakeoutOrder {
        var key = order
        key.format = .zip
        return key
    }
}
