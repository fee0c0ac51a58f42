public import Foundation

/// A personal access token, and what it is for.
public struct OpenBISPersonalAccess: Sendable, Equatable {
    /// The token.
    public let token: OpenBISToken
    /// What its owner called it; tokens of one name share a session.
    public let sessionName: String
    /// The id of whose it is; nil if that isn't told.
    public let owner: String?
    /// From when on it is good.
    public let validFrom: Date
    /// When it ends.
    public let validUntil: Date

    init(_ value: JSONValue) throws(Misfit) {
        token = try JSONValue.accessToken(try value.permID())
        sessionName = try value.text("sessionName")
        owner = try value.object("owner") { person throws(Misfit) in try person.text("userId") }
        guard let from = try value.dateIfAny("validFromDate") else { throw Misfit("validFromDate") }
        guard let until = try value.dateIfAny("validToDate") else { throw Misfit("validToDate") }
        validFrom = from
        validUntil = until
    }
}

extension JSONValue {
    /// The token that a permanent id is.
    static func accessToken(_ permID: String) throws(Misfit) -> OpenBISToken {
        guard let token = try? OpenBISToken(permID), token.isPersonalAccessToken else { throw Misfit("permId") }
        return token
    }
}
