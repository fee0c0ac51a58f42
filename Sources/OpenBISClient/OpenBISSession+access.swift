public import Foundation

extension OpenBISSession {
    /// Makes a personal access token (reference 4.13); only with the token of a session.
    ///
    /// - Parameters:
    ///   - name: what it is for.
    ///   - from: from when on it is good.
    ///   - until: when it ends; the server may make that earlier.
    /// - Returns: the token, as openBIS then has it.
    /// - Throws: ``OpenBISError/refused(_:)``, also where the server doesn't want such tokens;
    ///   ``OpenBISError/notOffered(_:)`` and others.
    public func makePersonalAccess(
        named name: String,
        from: Date,
        until: Date,
    ) async throws(OpenBISError) -> OpenBISPersonalAccess {
        let wanted: Parameter = .object(
            "as.dto.pat.create.PersonalAccessTokenCreation",
            [
                "sessionName": .text(name),
                "validFromDate": .number(Self.milliseconds(from)),
                "validToDate": .number(Self.milliseconds(until)),
            ]
        )
        let made = try await ask("createPersonalAccessTokens", [.list([wanted])], isSafe: false)
        let token = try made.read { value throws(Misfit) in
            guard let one = try value.asList().first else { throw Misfit("result") }
            return try JSONValue.accessToken(try one.asObject().text("permId"))
        }
        let answer = try await ask("getPersonalAccessTokens", [.list([Self.accessID(token)]), Self.accessOptions])
        let found = try answer.read { value throws(Misfit) -> OpenBISPersonalAccess? in
            for (name, value) in try value.asMembers() where !name.hasPrefix("@") && !value.isNull {
                return try OpenBISPersonalAccess(try value.asObject(name))
            }
            return nil
        }
        guard let found else { throw .notFound }
        return found
    }

    /// The personal access tokens of the person; of an administrator those of everybody.
    ///
    /// - Parameter name: what they are called; nil for all.
    /// - Returns: also those that are over.
    /// - Throws: ``OpenBISError/sessionOver``, ``OpenBISError/notOffered(_:)`` and others.
    public func personalAccess(named name: String? = nil) async throws(OpenBISError) -> [OpenBISPersonalAccess] {
        var criteria: [Parameter] = []
        if let name {
            let value: Parameter = .object("as.dto.common.search.StringEqualToValue", ["value": .text(name)])
            criteria = [
                .object("as.dto.pat.search.PersonalAccessTokenSessionNameSearchCriteria", ["fieldValue": value])
            ]
        }
        let wanted: Parameter = .object(
            "as.dto.pat.search.PersonalAccessTokenSearchCriteria",
            ["operator": .text("AND"), "criteria": .list(criteria)]
        )
        let answer = try await ask("searchPersonalAccessTokens", [wanted, Self.accessOptions])
        return try answer.read { value throws(Misfit) in
            guard let list = try value.listIfAny("objects") else { throw Misfit("objects") }
            var found: [OpenBISPersonalAccess] = []
            for one in list { found.append(try OpenBISPersonalAccess(try one.asObject("objects"))) }
            return found
        }
    }

    /// Ends a personal access token for good; only with the token of a session, and no error if there is none of it.
    ///
    /// - Parameter access: the one that is to end.
    /// - Throws: ``OpenBISError/refused(_:)``, ``OpenBISError/notOffered(_:)`` and others.
    public func deletePersonalAccess(_ access: OpenBISToken) async throws(OpenBISError) {
        let options: Parameter = .object(
            "as.dto.pat.delete.PersonalAccessTokenDeletionOptions",
            ["reason": .text("No longer needed.")]
        )
        do throws(OpenBISError) {
            _ = try await ask("deletePersonalAccessTokens", [.list([Self.accessID(access)]), options])
        } catch .notFound {
            return
        }
    }

    private static func accessID(_ access: OpenBISToken) -> Parameter {
        .object("as.dto.pat.id.PersonalAccessTokenPermId", ["permId": .text(access.text)])
    }

    private static let accessOptions: Parameter = .object(
        "as.dto.pat.fetchoptions.PersonalAccessTokenFetchOptions",
        ["owner": .object("as.dto.person.fetchoptions.PersonFetchOptions")]
    )

    private static func milliseconds(_ date: Date) -> Int64 {
        Int64(exactly: (date.timeIntervalSince1970 * 1000).rounded()) ?? .max
    }
}
