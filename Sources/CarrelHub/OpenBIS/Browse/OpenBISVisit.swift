import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import OpenBISClient

/// What a page asks of an openBIS for the one who looks at it.
struct OpenBISVisit: Sendable {
    let access: OpenBISAccess
    /// Files' bytes are asked for over connections of their own.
    let contents: OpenBISSession
    let places: OpenBISPlaces
    /// Whose page it is.
    let user: String
    /// The address that is asked for, without its query.
    let address: String
    /// The query, as it came.
    let query: String?
    /// Ids in the address.
    let id: String
    /// What forms of this session send.
    let xsrf: String
    let now: Date

    var session: OpenBISSession { access.session }
    var title: String { access.settings.title }
    var form: FormBody { FormBody(query: query) }

    /// The part of a list that is asked for.
    func part(_ level: OpenBISLevel) -> OpenBISPart { part(level.plural.lowercased()) }

    func part(_ name: String) -> OpenBISPart { OpenBISPart(name, at: address, query: query) }
}

/// Why there is no page about something in openBIS.
enum OpenBISAbsence: Error {
    /// They have no token there.
    case notConnected
    /// There was a token, and it isn't good any more.
    case ended
}

/// Asks with a limit of time, and tells what goes wrong in words for people.
struct OpenBISInquiry {
    let desk: OpenBISDesk

    /// How long a page may ask in all, however often it asks.
    static let limit: Duration = .seconds(40)

    /// Does something with what somebody may ask at an openBIS.
    ///
    /// - Parameters:
    ///   - request: for a page.
    ///   - context: of somebody who is signed in to the hub.
    ///   - door: which requests are let through.
    ///   - work: what is asked.
    /// - Returns: what came of it.
    /// - Throws: ``OpenBISAbsence``; `HubError` for what isn't there, or can't be asked now.
    func ask<Value: Sendable>(
        _ request: Request,
        _ context: SignedInContext,
        at door: OpenBISDoor = .page,
        _ work: @escaping @Sendable (OpenBISVisit) async throws -> Value,
    ) async throws -> Value {
        let name = context.parameters.get("authenticator") ?? ""
        guard let settings = desk.settings(name) else { throw HubError.noSuchPage(request.uri.path) }
        try door.check(request)
        do {
            guard let access = try await desk.access(of: context.user, at: name) else {
                let tie = try await desk.ties(of: context.user).first { $0.settings.name == name }
                throw tie == nil ? OpenBISAbsence.notConnected : OpenBISAbsence.ended
            }
            let visit = OpenBISVisit(
                access: access,
                contents: try desk.connections.client(for: settings, .contents).session(access.token),
                places: OpenBISPlaces(name: name),
                user: context.user.name.text,
                address: request.uri.path,
                query: request.uri.query,
                id: try Self.id(context),
                xsrf: context.xsrf,
                now: desk.identities.now(),
            )
            do {
                return try await Self.within(Self.limit, host: settings.title) { try await work(visit) }
            } catch OpenBISError.sessionOver {
                try await desk.noteEnd(of: access, for: context.user)
                throw OpenBISAbsence.ended
            }
        } catch let error as OpenBISError {
            throw Self.translated(error, settings.title, context)
        }
    }

    /// The permanent id in the address; empty on pages without one.
    private static func id(_ context: SignedInContext) throws(HubError) -> String {
        guard let raw = context.parameters.get("id") else { return "" }
        let id = raw.removingPercentEncoding ?? raw
        guard (1...200).contains(id.utf8.count), id.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value != 0x7F })
        else { throw HubError.notFound }
        return id
    }

    private static func translated(_ error: OpenBISError, _ title: String, _ context: SignedInContext) -> HubError {
        let remedy = "Your files and servers aren’t touched by it. Try again in a moment."
        switch error {
        case .notFound, .forbidden: return .notFound
        case .unreachable, .slow, .unavailable, .tooManyRequests, .cancelled:
            context.logger.info("openBIS.silent", metadata: ["error": "\(error)"])
            return .providerSilent(message: "\(title) doesn’t answer at the moment.", remedy: remedy)
        case .refused(let words):
            return .providerSilent(message: "\(title) refused: \(words)", remedy: remedy)
        default:
            context.logger.warning("openBIS.failed", metadata: ["error": "\(error)"])
            return .providerSilent(
                message: "\(title) gave an answer that can’t be used.",
                remedy: "Try again; if it stays so, tell the people who run this hub.",
            )
        }
    }

    /// The work's outcome, or that it takes too long.
    static func within<Value: Sendable>(
        _ limit: Duration,
        host: String,
        _ work: @escaping @Sendable () async throws -> Value,
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw OpenBISError.slow(host, after: limit)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw OpenBISError.cancelled }
            return value
        }
    }
}
