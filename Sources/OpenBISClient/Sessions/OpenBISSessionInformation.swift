/// Whose a session is.
public struct OpenBISSessionInformation: Sendable, Equatable {
    /// The id of the person, letter by letter as openBIS has it.
    public let userID: String
    /// The person's names and address, where they are known.
    public let person: OpenBISPerson?
    /// The code of the person's own space, if there is one.
    public let homeSpace: String?
    /// Whether it was opened with a personal access token.
    public let isOfPersonalAccessToken: Bool

    init(_ value: JSONValue) throws(Misfit) {
        userID = try value.text("userName")
        guard !userID.isEmpty else { throw Misfit("userName") }
        person = try value.object("person", OpenBISPerson.init)
        homeSpace = try value.textIfAny("homeGroupCode")
        isOfPersonalAccessToken = try value.flagIfAny("personalAccessTokenSession") ?? false
    }
}

/// Somebody, as openBIS knows them.
public struct OpenBISPerson: Sendable, Equatable {
    /// The id with which they sign in.
    public let userID: String
    /// First name; nil if it isn't known.
    public let firstName: String?
    /// Last name; nil if it isn't known.
    public let lastName: String?
    /// Address for e-mail; nil if it isn't known.
    public let email: String?

    /// First and last name, or the id where there is neither.
    public var name: String {
        let names = [firstName, lastName].compactMap(\.self).filter { !$0.isEmpty }
        return names.isEmpty ? userID : names.joined(separator: " ")
    }

    init(_ value: JSONValue) throws(Misfit) {
        userID = try value.text("userId")
        firstName = try value.textIfAny("firstName")
        lastName = try value.textIfAny("lastName")
        email = try value.textIfAny("email")
    }
}
