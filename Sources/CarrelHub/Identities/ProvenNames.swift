import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Logging
import Synchronization

/// Whom a proxy before this one vouches for, request by request.
final class ProvenNames: Sendable {
    private let store: Store
    private let shelf: AuthenticatorShelf
    private let now: @Sendable () -> Date
    private let logger: Logger
    /// When each kind of trouble was last written down.
    private let noted = Mutex<[String: Date]>([:])

    /// How long it stays quiet about the same trouble, in seconds.
    private static let quiet: TimeInterval = 60

    init(store: Store, shelf: AuthenticatorShelf, now: @escaping @Sendable () -> Date, logger: Logger) {
        self.store = store
        self.shelf = shelf
        self.now = now
        self.logger = logger
    }

    /// The people that a request's headers name and prove, by authenticator.
    func people(in headers: HTTPFields) -> [String: AuthenticatedPerson] {
        var people: [String: AuthenticatedPerson] = [:]
        for settings in shelf.all where settings.kind.start == .proven {
            guard Self.values(of: settings.header.userHeader, in: headers).contains(where: { !$0.isEmpty }) else {
                continue
            }
            do throws(AuthenticatorError) {
                guard let authenticator = try shelf.authenticator(settings.name) as? HeaderAuthenticator else {
                    continue
                }
                switch authenticator.claim({ Self.values(of: $0, in: headers) }) {
                case .none: break
                case .unproven: note("signIn.headerUnproven", at: settings.name, "the secret is missing or wrong")
                case .doubled: note("signIn.headerDoubled", at: settings.name, "a header names several, or comes twice")
                case .person(let person): people[settings.name] = person
                }
            } catch {
                note(error.code, at: settings.name, error.detail ?? error.message)
            }
        }
        return people
    }

    /// Whether a session began with a name in whose place a request proves another one.
    func contradict(_ session: SessionRecord, in headers: HTTPFields) async throws -> Bool {
        guard let id = session.identityId else { return false }
        let people = people(in: headers)
        guard !people.isEmpty, let identity = try await store.identities.withID(id) else { return false }
        return people[identity.provider].map { $0.subject != identity.subject } ?? false
    }

    /// The values of all headers of a name.
    static func values(of name: String, in headers: HTTPFields) -> [String] {
        HTTPField.Name(name).map { headers[values: $0] } ?? []
    }

    private func note(_ event: String, at authenticator: String, _ reason: String) {
        let time = now()
        let isDue = noted.withLock { noted in
            let key = "\(event) \(authenticator)"
            guard noted[key].map({ time.timeIntervalSince($0) >= Self.quiet }) ?? true else { return false }
            noted[key] = time
            return true
        }
        guard isDue else { return }
        logger.warning("\(event)", metadata: ["authenticator": "\(authenticator)", "detail": "\(reason)"])
    }
}
