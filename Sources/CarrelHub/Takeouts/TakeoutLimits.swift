import CarrelModel
import Foundation

/// How many archives there may be, and how large.
struct TakeoutLimits: Sendable {
    /// Downloads of one user that are packed at a time.
    var streamsOfOne = 2
    /// Downloads of one visitor that are packed at a time.
    var streamsOfVisitor = 1
    /// Downloads of all users that are packed at a time.
    var streamsOfAll = 8
    /// Prepared archives that one user may have, with those that failed.
    var preparedOfOne = 5
    /// What those of one user may take on the disk.
    var roomOfOne = ByteCount(bytes: 20_000_000_000)
    /// What those of all users may take on the disk.
    var roomOfAll = ByteCount(bytes: 100_000_000_000)
    /// The part of the disk that stays free.
    var freeShare = 0.05
    /// How many are prepared at a time.
    var makers = 2
    /// How long a prepared one is kept.
    var lifetime = TimeInterval(86_400)
}

extension TakeoutLimits {
    /// As the configuration says.
    init(_ settings: TakeoutSettings) {
        streamsOfOne = settings.downloadsOfOne
        streamsOfAll = settings.downloadsOfAll
        preparedOfOne = settings.preparedOfOne
        (roomOfOne, roomOfAll) = (settings.roomOfOne, settings.roomOfAll)
        freeShare = Double(settings.keepFree) / 100
        makers = settings.preparedAtOnce
        lifetime = settings.lifetime.seconds
    }
}

/// Why a takeout isn't begun or found.
enum TakeoutRefusal: CarrelError, Equatable {
    /// As many downloads of this user are on their way as may be.
    case tooManyOfYours(limit: Int)
    /// As many downloads of all users are on their way as may be.
    case tooManyOfAll
    /// There is no such prepared archive, or it is somebody else's.
    case notFound
    /// It isn't ready yet, or couldn't be made.
    case notReady

    /// Whether there is nothing to be had, rather than too much asked for.
    var isMissing: Bool { self == .notFound || self == .notReady }

    var code: String {
        switch self {
        case .tooManyOfYours: "takeout.tooManyOfYours"
        case .tooManyOfAll: "takeout.tooManyOfAll"
        case .notFound: "takeout.noSuchArchive"
        case .notReady: "takeout.notReady"
        }
    }

    var message: String {
        switch self {
        case .tooManyOfYours(let limit):
            "\(HumanText.count(limit, "download")) of yours \(limit == 1 ? "is" : "are") still on the way."
        case .tooManyOfAll: "Too many people are downloading their files just now."
        case .notFound: "This archive isn't there any more, or isn't yours."
        case .notReady: "This archive isn't ready."
        }
    }

    var remedy: String {
        switch self {
        case .tooManyOfYours: "Wait until one is finished, or cancel one in your browser."
        case .tooManyOfAll: "Try again in a few minutes, or let the hub prepare the archive for you."
        case .notFound: "Go to Download and prepare it again; it says how long archives are kept."
        case .notReady: "Look at Download: it says how far it is."
        }
    }
}
