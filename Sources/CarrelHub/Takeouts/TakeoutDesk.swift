import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// Takeouts: what pages and API stand before.
struct TakeoutDesk: Sendable {
    let store: TakeoutStore
    let audit: AuditTrail
    let archives: any HomeArchives
    let survey: TakeoutSurvey
    let board: TakeoutBoard
    /// The folder that prepared archives are in.
    let folder: String
    private let readLimits: @Sendable () -> TakeoutLimits
    /// Raised when an archive is to be prepared.
    let wake: WakeSignal
    /// The homes that a user may take out.
    let homes: @Sendable (UserRecord) async throws -> [TakeoutHome]
    let now: @Sendable () -> Date

    init(
        store: TakeoutStore,
        audit: AuditTrail,
        archives: any HomeArchives,
        folder: String,
        limits: @escaping @Sendable () -> TakeoutLimits = { TakeoutLimits() },
        homes: @escaping @Sendable (UserRecord) async throws -> [TakeoutHome] = TakeoutDesk.defaultHome,
        now: @escaping @Sendable () -> Date,
    ) {
        self.store = store
        self.audit = audit
        self.archives = archives
        self.folder = folder
        readLimits = limits
        self.homes = homes
        self.now = now
        survey = TakeoutSurvey(archives: archives, now: now)
        board = TakeoutBoard()
        wake = WakeSignal()
    }

    /// How many archives there may be, and how large, as the configuration says now.
    var limits: TakeoutLimits { readLimits() }

    /// The home in the default instance.
    @Sendable static func defaultHome(of user: UserRecord) -> [TakeoutHome] {
        [TakeoutHome(id: HomeDesk.home(of: user.name), label: "My home")]
    }

    /// What is to be done for a choice.
    func order(_ choice: TakeoutChoice, of user: UserRecord) async throws -> TakeoutOrder {
        try choice.order(among: try await homes(user), of: user.name)
    }

    // MARK: Downloads

    /// A download that has begun, and its place among those there may be.
    struct Download: Sendable {
        let stream: ArchiveStream
        let fileName: String
        let format: ArchiveFormat
        let place: TakeoutBoard.Place
    }

    /// Begins a download.
    ///
    /// - Throws: ``TakeoutRefusal`` when there are too many, ``TakeoutError`` when there is nothing of the kind.
    func download(_ order: TakeoutOrder, of user: UserRecord) async throws -> Download {
        let name = order.fileName(of: user.name, at: now())
        let place = try board.enter(
            user: user,
            fileName: name,
            expected: await survey.remembered(order),
            at: now(),
            limits: limits,
        )
        try await audit.note(.takeoutMade, Self.target(order), of: user.name, details: ["kind": "download"])
        let stream = try await archives.stream(order)
        place.follow { stream.progress }
        return Download(stream: stream, fileName: name, format: order.format, place: place)
    }

    private static func target(_ order: TakeoutOrder) -> AuditEvent.Target {
        .home("\(order.home.instance)/\(order.home.slug)")
    }

    /// Begins an archive of what several people have at a path: for the managers of an instance.
    ///
    /// Who may have it is for the caller to decide; it takes a place of this user.
    func handIns(_ order: HandInOrder, for user: UserRecord) throws -> Download {
        let name = "\(HandInOrder.fileName(order.folder))-\(now().ISO8601Format().prefix(10))"
        let file = "\(name).\(order.format.fileExtension)"
        let place = try board.enter(user: user, fileName: file, expected: nil, at: now(), limits: limits)
        let stream = try archives.handIns(order)
        place.follow { stream.progress }
        return Download(stream: stream, fileName: file, format: order.format, place: place)
    }

    // MARK: Prepared ones

    /// Has an archive prepared.
    func prepare(_ order: TakeoutOrder, of user: UserRecord) async throws -> TakeoutRecord {
        var random = SystemRandomNumberGenerator()
        let id = (0..<4).map { _ in
            let digits = String(random.next(), radix: 36)
            return String(repeating: "0", count: 13 - digits.count) + digits
        }.joined()
        let takeout = TakeoutRecord(
            id: id,
            userId: user.id ?? 0,
            instance: order.home.instance,
            slug: order.home.slug,
            path: order.path.names.joined(separator: "/"),
            format: order.format.rawValue,
            leavesCachesOut: order.leavesCachesOut,
            folder: order.folder,
            fileName: order.fileName(of: user.name, at: now()),
            createdAt: now(),
        )
        let details = ["kind": "prepared"]
        let noted = audit.noting(.takeoutMade, Self.target(order), of: user.name, details: details)
        try await noted.takeouts.add(takeout, most: limits.preparedOfOne)
        wake.raise()
        return takeout
    }

    /// Removes a prepared archive, or ends its making.
    ///
    /// - Throws: ``TakeoutRefusal/notFound``.
    func remove(_ id: String, of user: UserRecord) async throws {
        guard try await store.remove(id, ofUser: user.id ?? 0) else { throw TakeoutRefusal.notFound }
        board.cancel(id)
        wake.raise()
    }

    /// A prepared archive of a user's, to be sent.
    ///
    /// - Throws: ``TakeoutRefusal``.
    func ready(_ id: String, of user: UserRecord) async throws -> TakeoutRecord {
        guard let takeout = try await store.withID(id, ofUser: user.id ?? 0) else { throw TakeoutRefusal.notFound }
        if let end = takeout.expiresAt, end <= now() { throw TakeoutRefusal.notFound }
        guard takeout.state == .ready else { throw TakeoutRefusal.notReady }
        return takeout
    }

    /// Where the file of an archive is.
    func path(of id: String) -> String { "\(folder)/\(id)" }
    /// Where it is while it is made.
    func draft(of id: String) -> String { "\(folder)/\(id).part" }
}
