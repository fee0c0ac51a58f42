import CarrelModel
import Synchronization

/// Somebody who looks at files of an openBIS.
struct OpenBISReader: Sendable, Hashable {
    let authenticator: String
    let person: String

    init(_ access: OpenBISAccess) {
        (authenticator, person) = (access.settings.name, access.userID)
    }

    init(authenticator: String, person: String) {
        (self.authenticator, self.person) = (authenticator, person)
    }
}

/// Files on their way to people: a few of each, so that nobody takes all connections.
final class OpenBISTurns: Sendable {
    /// One on its way; it is over when nobody holds it any more.
    final class Turn: Sendable {
        private let reader: OpenBISReader
        private let turns: OpenBISTurns

        fileprivate init(_ reader: OpenBISReader, _ turns: OpenBISTurns) {
            (self.reader, self.turns) = (reader, turns)
        }

        deinit { turns.leave(reader) }
    }

    /// How many of all people, and of one.
    static let most = 32
    static let mostOfOne = 4

    private let counts = Mutex<[OpenBISReader: Int]>([:])

    /// Takes a turn.
    ///
    /// - Parameter reader: whose it is.
    /// - Returns: the turn, to be held until the last byte.
    /// - Throws: ``HubError/providerSilent(message:remedy:)`` when there are too many on their way already.
    func take(for reader: OpenBISReader) throws(HubError) -> Turn {
        try counts.withLock { counts throws(HubError) in
            guard counts[reader, default: 0] < Self.mostOfOne else {
                throw .providerSilent(
                    message: "\(Self.mostOfOne) of your files are on their way already.",
                    remedy: "Wait until one of them has arrived, then try again.",
                )
            }
            guard counts.values.reduce(0, +) < Self.most else {
                throw .providerSilent(
                    message: "Too many files are on their way to people at the moment.",
                    remedy: "Try again in a moment.",
                )
            }
            counts[reader, default: 0] += 1
        }
        return Turn(reader, self)
    }

    private func leave(_ reader: OpenBISReader) {
        counts.withLock { counts in
            let left = counts[reader, default: 0] - 1
            counts[reader] = left > 0 ? left : nil
        }
    }
}
