import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Groups in the REST API (reference 2.2), with the texts that JupyterHub has for what goes wrong.
struct GroupsAPI {
    let desk: GroupDesk

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("groups", use: list)
            .post("groups", use: addMany)
            .get("groups/:group", use: show)
            .post("groups/:group", use: add)
            .delete("groups/:group", use: remove)
            .post("groups/:group/users", use: addMembers)
            .delete("groups/:group/users", use: removeMembers)
            .put("groups/:group/properties", use: setProperties)
            .get("carrel/groups/:group/quota", use: showQuotas)
            .patch("carrel/groups/:group/quota", use: setQuotas)
    }

    // MARK: Looking

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        let part = try ListPart(of: request)
        let names = try context.rights.groupNames(for: .listGroups)
        let (groups, total) = try await desk.store.groups.page(of: names, offset: part.offset, limit: part.limit)
        let models = groups.map { GroupModel($0, for: context.rights) }
        return try part.answer(models, total: total, to: request, from: context.client)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.groupName(needing: .readGroups, .readGroupNames, .readGroupRoles)
        return try await answer(name, context)
    }

    private func answer(
        _ name: GroupName,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        try .json(GroupModel(try await found(name), for: context.rights), status: status)
    }

    private func found(_ name: GroupName) async throws -> GroupWithMembers {
        try await Self.inJupyterHubsWords { try await desk.group(name) }
    }

    // MARK: Adding and removing

    @Sendable private func addMany(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.rights.require(.adminGroups)
        let body = try await GroupBody(of: request, mayNameGroups: true, limit: context.maxUploadSize)
        guard let texts = body.groups, !texts.isEmpty else {
            throw HubError.badRequest("Must specify at least one group to create")
        }
        let names = try texts.map { try GroupName($0) }
        try await add(names, members: body.members ?? [], context)
        var models: [GroupModel] = []
        for name in names { models.append(GroupModel(try await found(name), for: context.rights)) }
        return try .json(models, status: .created)
    }

    @Sendable private func add(_ request: Request, context: SignedInContext) async throws -> Response {
        let text = try context.parameters.require("group").removingPercentEncoding ?? ""
        let name = try GroupName(text)
        try context.rights.require(.adminGroups, on: name)
        let body = try await GroupBody(of: request, mayNameGroups: false, limit: context.maxUploadSize)
        try await add([name], members: body.members ?? [], context)
        return try await answer(name, context, status: .created)
    }

    private func add(_ names: [GroupName], members: [UserName], _ context: SignedInContext) async throws {
        try await Self.inJupyterHubsWords { _ = try await desk.add(names, members: members) }
        for name in names { context.logger.notice("group.added", metadata: ["group": "\(name)"]) }
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.groupName(needing: .deleteGroups)
        note(try await Self.inJupyterHubsWords { try await desk.remove(name) }, context)
        context.logger.notice("group.removed", metadata: ["group": "\(name)"])
        return Response(status: .noContent)
    }

    // MARK: Members and properties

    @Sendable private func addMembers(_ request: Request, context: SignedInContext) async throws -> Response {
        let (name, members) = try await members(request, context, to: "add")
        note(try await Self.inJupyterHubsWords { try await desk.addMembers(members, to: name) }, context)
        context.logger.notice("group.joined", metadata: ["group": "\(name)", "of": "\(members)"])
        return try await answer(name, context)
    }

    @Sendable private func removeMembers(_ request: Request, context: SignedInContext) async throws -> Response {
        let (name, members) = try await members(request, context, to: "delete")
        // Clients of JupyterHub's, which know no managers, go on as they do; a group's own manager is held back.
        let last: LastManager = context.rights.allows(.adminGroups, on: name) ? .mayGo : .stays
        note(try await Self.inJupyterHubsWords { try await desk.removeMembers(members, from: name, last) }, context)
        context.logger.notice("group.left", metadata: ["group": "\(name)", "of": "\(members)"])
        return try await answer(name, context)
    }

    private func members(
        _ request: Request,
        _ context: SignedInContext,
        to verb: String,
    ) async throws -> (GroupName, [UserName]) {
        let name = try context.groupName(needing: .groups)
        _ = try await found(name)
        let body = try await GroupBody(of: request, mayNameGroups: false, limit: context.maxUploadSize)
        guard let members = try body.members else { throw HubError.badRequest("Must specify users to \(verb)") }
        return (name, members)
    }

    @Sendable private func setProperties(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.groupName(needing: .groups)
        _ = try await found(name)
        let value = try await request.decodedJSON(JSONValue.self, limit: context.maxUploadSize)
        guard case .object = value else { throw HubError.badRequest("Must specify properties") }
        let text = try value.text
        try await Self.inJupyterHubsWords { try await desk.setProperties(text, of: name) }
        return try await answer(name, context)
    }

    // MARK: Quotas

    @Sendable private func showQuotas(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.groupName(needing: .readGroups)
        return try .json(GroupQuotaModel(try await found(name).group))
    }

    @Sendable private func setQuotas(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.groupName(needing: .adminGroups)
        let body = try await request.decodedJSON(GroupQuotaBody.self, limit: context.maxUploadSize)
        let problem = try await Self.inJupyterHubsWords {
            try await desk.setQuotas(of: name, home: body.home, project: body.project)
        }
        note(problem, context)
        var model = GroupQuotaModel(try await found(name).group)
        model.isApplied = problem == nil
        return try .json(model)
    }

    private func note(_ problem: (any CarrelError)?, _ context: SignedInContext) {
        if let problem { context.logger.warning("quota.notSet", metadata: ["error": "\(problem)"]) }
    }

    /// Says what the store says as clients of JupyterHub know it.
    private static func inJupyterHubsWords<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch StoreError.noSuchGroup(let name) {
            throw HubError.noSuchGroup(name)
        } catch StoreError.groupExists(let name) {
            throw HubError.groupExists(name)
        } catch StoreError.noSuchUser(let name) {
            throw HubError.badRequest("No such user: \(name)")
        }
    }
}

extension SignedInContext {
    /// The group that a path names, once it is clear that the caller may do this to it.
    ///
    /// - Throws: ``HubError/scopeMissing(_:)``, ``HubError/notFound`` when the scope is for others only, or
    ///   ``HubError/noSuchGroup(_:)`` for a name that no group can have.
    fileprivate func groupName(needing scopes: ScopeName...) throws -> GroupName {
        let segment = try parameters.require("group")
        guard let name = GroupName(pathSegment: segment) else {
            guard scopes.contains(where: { rights.scopes.reach(of: $0) != nil }) else {
                throw HubError.scopeMissing(scopes.map(\.text))
            }
            throw HubError.noSuchGroup(segment.removingPercentEncoding ?? segment)
        }
        try rights.require(scopes, on: name)
        return name
    }
}

extension Rights {
    /// The names of the groups that a scope reaches; nil for all.
    ///
    /// - Throws: ``HubError/scopeMissing(_:)`` when it reaches none.
    fileprivate func groupNames(for scope: ScopeName) throws(HubError) -> Set<String>? {
        switch scopes.reach(of: scope) {
        case .everything: return nil
        case .only(let filters):
            let names = filters.compactMap { filter in if case .group(let name) = filter { name } else { nil } }
            guard !names.isEmpty else { throw .scopeMissing([scope.text]) }
            return Set(names)
        case nil: throw .scopeMissing([scope.text])
        }
    }
}
