/// Something that belongs to something else, in short.
public struct OpenBISRelative: Sendable, Hashable {
    /// Its permanent id.
    public let permID: String
    /// Its path.
    public let identifier: String

    init(_ value: JSONValue) throws(Misfit) {
        permID = try value.permID()
        identifier = try value.identifier()
    }
}

extension JSONValue {
    /// The text of the permanent id, which may be a reference as every object may.
    func permID() throws(Misfit) -> String {
        guard let id = try object("permId") else { throw Misfit("permId") }
        let text = try id.text("permId")
        guard !text.isEmpty else { throw Misfit("permId") }
        return text
    }

    func identifier() throws(Misfit) -> String {
        guard let id = try object("identifier") else { throw Misfit("identifier") }
        return try id.text("identifier")
    }

    /// The code of the type, if it was fetched.
    func typeCode() throws(Misfit) -> String {
        guard let type = try object("type") else { throw Misfit("type") }
        return try type.text("code")
    }

    /// The id of who registered it, if that was fetched.
    func registratorID() throws(Misfit) -> String? {
        try object("registrator") { person throws(Misfit) in try person.text("userId") }
    }
}
