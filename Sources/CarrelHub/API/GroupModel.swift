import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import Hummingbird

/// A group in the REST API (reference 2.3), with as much of it as the caller may know.
struct GroupModel: Encodable, Equatable {
    let kind = "group"
    let name: String
    let users: [String]?
    let roles: [String]?
    let properties: JSONValue?

    /// Leaves out what the caller's scopes don't tell.
    init(_ found: GroupWithMembers, for rights: Rights) {
        let isRead = rights.allows(.readGroups, on: found.group.name)
        name = found.group.name.text
        users = isRead ? found.members.map(\.text) : nil
        properties = isRead ? JSONValue(text: found.group.properties) ?? .object([:]) : nil
        // Groups have no roles of their own in this version.
        roles = rights.allows(.readGroupRoles, on: found.group.name) ? [] : nil
    }
}

/// The body of a request that adds groups or changes who is in one; only JupyterHub's keys are allowed.
struct GroupBody {
    let groups: [String]?
    private let users: [String]?

    /// The users by name.
    ///
    /// - Throws: ``HubError/badRequest(_:)`` for a name that nobody can have.
    var members: [UserName]? {
        get throws {
            try users?.map { text in
                guard let name = try? UserName(normalizing: text) else {
                    throw HubError.badRequest("No such user: \(text.prefix(60))")
                }
                return name
            }
        }
    }

    /// Reads a body; an empty one says nothing.
    ///
    /// - Throws: ``HubError/badRequest(_:)``.
    init(of request: Request, mayNameGroups: Bool, limit: Int) async throws {
        var request = request
        guard try await request.collectBody(upTo: limit).readableBytes > 0 else {
            (groups, users) = (nil, nil)
            return
        }
        guard case .object(let fields) = try await request.decodedJSON(JSONValue.self, limit: limit) else {
            throw HubError.badRequest("Invalid JSON data: it must be an object")
        }
        let known = ["name", "users", "roles"] + (mayNameGroups ? ["groups"] : [])
        if let other = fields.keys.sorted().first(where: { !known.contains($0) }) {
            throw HubError.badRequest("Invalid JSON keys: \(other.prefix(60))")
        }
        groups = try Self.texts(fields["groups"], "groups")
        users = try Self.texts(fields["users"], "users")
    }

    private static func texts(_ value: JSONValue?, _ key: String) throws(HubError) -> [String]? {
        guard let value else { return nil }
        let texts = value.array?.compactMap(\.string)
        guard let texts, texts.count == value.array?.count else {
            throw .badRequest("group.\(key) must be a list of strings")
        }
        return texts
    }
}

/// A group's quotas in Carrel's own part of the REST API; sizes in bytes.
struct GroupQuotaModel: Encodable, Equatable {
    let home: Int64?
    let project: Int64?
    let isProjectUnlimited: Bool
    /// Of a change: whether it holds already.
    var isApplied: Bool?

    enum CodingKeys: String, CodingKey {
        case home, project
        case isProjectUnlimited = "is_project_unlimited"
        case isApplied = "is_applied"
    }

    init(_ group: GroupRecord) {
        home = group.homeQuota
        isProjectUnlimited = group.projectQuota == GroupRecord.unlimited
        project = isProjectUnlimited ? nil : group.projectQuota
    }
}

/// A change of a group's quotas in bytes, such as `{"home": 50000000000, "project": null}`.
///
/// Null is that of everybody, `"none"` for a project as much as there is room; what isn't named stays.
struct GroupQuotaBody: Decodable {
    let home: GroupDesk.QuotaChange
    let project: GroupDesk.QuotaChange

    init(from decoder: any Decoder) throws {
        guard case .object(let fields) = try JSONValue(from: decoder) else {
            throw HubError.badRequest("body must contain at least one of `home` or `project`")
        }
        guard !fields.isEmpty, Set(fields.keys).isSubset(of: ["home", "project"]) else {
            throw HubError.badRequest("body must contain at least one of `home` or `project`")
        }
        home = try Self.change(fields["home"], "home")
        project = fields["project"] == .string("none") ? .unlimited : try Self.change(fields["project"], "project")
    }

    private static func change(_ value: JSONValue?, _ key: String) throws(HubError) -> GroupDesk.QuotaChange {
        switch value {
        case nil: return .keep
        case .null: return .set(nil)
        case .integer(let bytes) where bytes >= 0: return .set(ByteCount(bytes: bytes))
        default: throw .badRequest("`\(key)` must be a number of bytes, or null")
        }
    }
}
