public import AsyncHTTPClient
import Foundation
import NIOHTTP1

/// Makes a person's token from the access token of their sign-in: once, for Onezone keeps it under a name.
public struct OnedataTokenDesk: Sendable {
    private let settings: OnedataSettings
    private let http: HTTPClient

    /// A named token and whose it is.
    public struct NamedToken: Sendable, Equatable {
        /// The token.
        public let token: OnedataToken
        /// The person's id in Onedata.
        public let userID: String
        /// Whether it was made just now.
        public let isNew: Bool
    }

    /// Opens a desk; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: where Onezone is.
    ///   - http: made with ``OnedataClient/httpConfiguration`` or one like it; not shut down here.
    public init(_ settings: OnedataSettings, http: HTTPClient) {
        self.settings = settings
        self.http = http
    }

    /// The person's token of that name, made if there is none.
    ///
    /// The calls are those of EGI Notebooks' hub: the token is asked for by its name, and made on 404. If two sign-ins of
    /// one person make it at once, both get the same.
    ///
    /// - Parameters:
    ///   - name: of the token; a person sees it in Onezone's list.
    ///   - caveats: limits of a new token; one that is there keeps its own.
    ///   - signInToken: the access token that the identity provider gave.
    ///   - prefix: under which Onezone knows the identity provider.
    /// - Returns: the token, which isn't tried at a provider here.
    /// - Throws: ``OnedataError/token(_:)`` with ``OnedataTokenFault/revoked`` if the person has revoked it, and with
    ///   ``OnedataTokenFault/notAToken`` if Onezone doesn't take the sign-in's token.
    public func token(
        named name: String,
        caveats: [OnedataCaveat] = .files,
        signInToken: String,
        prefix: String = "egi:",
    ) async throws(OnedataError) -> NamedToken {
        let calls = ServiceCalls(
            http: http,
            token: try OnedataToken(prefix + signInToken),
            settings: settings,
        )
        let onezone = try ServicePlace.onezone(settings)
        if let found = try await named(name, calls, onezone) { return found }
        do throws(OnedataError) {
            let body = NewToken(name: name, caveats: caveats)
            let call = ServiceCall(.POST, "/api/v3/onezone/user/tokens/named", json: try ServiceCall.body(body))
            let made = try await calls.answer(to: call, at: onezone).json(MadeToken.self)
            let user = try await calls.answer(to: ServiceCall(.GET, "/api/v3/onezone/user"), at: onezone)
                .json(Person.self)
            return NamedToken(token: try made.checked(), userID: user.userId, isNew: true)
        } catch .exists {
            guard let found = try await named(name, calls, onezone) else { throw .exists }
            return found
        }
    }

    private func named(
        _ name: String,
        _ calls: ServiceCalls,
        _ onezone: ServicePlace,
    ) async throws(OnedataError) -> NamedToken? {
        let path = "/api/v3/onezone/user/tokens/named/name/\(PercentCoding.encode(name))"
        do throws(OnedataError) {
            let found = try await calls.answer(to: ServiceCall(.GET, path), at: onezone).json(FoundToken.self)
            guard !found.revoked else { throw .token(.revoked) }
            let token = try MadeToken(token: found.token).checked()
            return NamedToken(token: token, userID: found.subject.id, isNew: false)
        } catch .notFound {
            return nil
        }
    }
}

private struct NewToken: Encodable {
    let name: String
    let type = ["accessToken": [String: String]()]
    let caveats: [OnedataCaveat]
}

private struct MadeToken: Decodable {
    let token: String

    /// What Onezone gives must be fit for a header, or it isn't a token.
    func checked() throws(OnedataError) -> OnedataToken {
        guard let token = try? OnedataToken(token) else { throw .nonsense(.onezone, .notJSON(member: "token")) }
        return token
    }
}

private struct FoundToken: Decodable {
    struct Subject: Decodable {
        let id: String
    }

    let token: String
    let revoked: Bool
    let subject: Subject
}

private struct Person: Decodable {
    let userId: String
}
