import CarrelAuth
import CarrelModel
import CarrelStore
import HTTPTypes
import Hummingbird
import Logging

/// Members of groups with their roles, beside JupyterHub's own `/groups`, which knows none.
struct GroupMembersAPI {
    let desk: GroupDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("carrel/groups/:group/members", use: list)
            .put("carrel/groups/:group/members/:user", use: put)
            .delete("carrel/groups/:group/members/:user", use: remove)
    }

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .readGroups)
        let found = try await desk.group(name)
        return try .json(found.members.map { GroupMemberModel($0, in: found) })
    }

    @Sendable private func put(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let user = try context.userName()
        var request = request
        let isEmpty = try await request.collectBody(upTo: context.maxUploadSize).readableBytes == 0
        let body =
            isEmpty
            ? GroupMemberBody(role: nil)
            : try await request.decodedJSON(GroupMemberBody.self, limit: context.maxUploadSize)
        let wasIn = try await desk.group(name).role(of: user) != nil
        if let role = body.role {
            try await desk.addMembers([user], to: name, as: role)
        } else {
            try await desk.addMembers([user], to: name)
        }
        let found = try await desk.group(name)
        let model = GroupMemberModel(user, in: found)
        context.logger.notice(
            wasIn ? "group.role" : "group.joined",
            metadata: ["group": "\(name)", "of": "\(user)", "as": "\(model.role)"],
        )
        return try .json(model, status: wasIn ? .ok : .created)
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let user = try context.userName()
        try await desk.removeMembers([user], from: name)
        context.logger.notice("group.left", metadata: ["group": "\(name)", "of": "\([user])"])
        return Response(status: .noContent)
    }
}

/// A member in Carrel's own part of the REST API.
struct GroupMemberModel: Encodable, Equatable {
    let name: String
    let role: String

    init(_ name: UserName, in found: GroupWithMembers) {
        self.name = name.text
        role = (found.role(of: name) ?? .member).rawValue
    }
}

/// What a member is to be, such as `{"role": "reader"}`; without a role who is in stays as they are.
struct GroupMemberBody: Decodable {
    let role: GroupRole?

    init(role: GroupRole?) { self.role = role }

    init(from decoder: any Decoder) throws {
        guard case .object(let fields) = try JSONValue(from: decoder), Set(fields.keys).isSubset(of: ["role"]) else {
            throw HubError.badRequest("body must be an object with `role` alone")
        }
        role = try fields["role"].map { value in
            guard case .string(let text) = value, let role = GroupRole(rawValue: text) else {
                let roles = GroupRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw HubError.badRequest("`role` must be one of: \(roles)")
            }
            return role
        }
    }
}

extension SignedInContext {
    fileprivate func group(needing scope: ScopeName) throws -> GroupName {
        guard let name = GroupName(pathSegment: try parameters.require("group")) else { throw HubError.notFound }
        try rights.require(scope, on: name)
        return name
    }
}
