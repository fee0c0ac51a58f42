import Foundation
import NIOHTTP1

/// What a token is good for, as `infer_access_token_scope` tells: spaces, and the providers that support them.
struct AccessScope: Decodable, Sendable {
    /// When the token ends, in seconds since 1970; nil if it doesn't.
    let validUntil: Int64?
    let dataAccessScope: DataAccess

    struct DataAccess: Decodable, Sendable {
        let readonly: Bool
        let spaces: [String: Space]
        let providers: [String: Provider]
    }

    struct Space: Decodable, Sendable {
        let name: String
        let supports: [String: Support]
    }

    struct Support: Decodable, Sendable {
        let readonly: Bool
    }

    struct Provider: Decodable, Sendable {
        let domain: String
        let version: String
        let online: Bool
    }

    var ends: Date? { validUntil.map { Date(timeIntervalSince1970: TimeInterval($0)) } }

    /// Asks Onezone, which wants no header for it.
    static func infer(_ calls: ServiceCalls, at onezone: ServicePlace) async throws(OnedataError) -> AccessScope {
        let body = try ServiceCall.body(["token": calls.token.text])
        var call = ServiceCall(
            .POST,
            "/api/v3/onezone/tokens/infer_access_token_scope",
            json: body,
            isSafe: true,
        )
        call.showsToken = false
        return try await calls.answer(to: call, at: onezone).json(AccessScope.self)
    }
}
