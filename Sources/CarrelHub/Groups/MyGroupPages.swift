import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The pages about one's own groups: for members to look and leave, for managers to say who is in and as what.
struct MyGroupPages {
    let desk: GroupDesk
    let pages: PageResponder
    /// Whether changes show in servers that run.
    let isLive: Bool

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("groups", use: list)
            .get("groups/:group", use: show)
            .post("groups/:group/leave", use: leave)
            .post("groups/:group/members", use: addMembers)
            .post("groups/:group/members/:user", use: setRole)
            .post("groups/:group/members/:user/remove", use: removeMember)
    }

    private func notice(_ request: Request) -> Notice? {
        switch request.uri.queryParameters["done"] {
        case "joined":
            .done(
                isLive
                    ? "They are in. Their servers show the project folder within seconds."
                    : "They are in. The project folder shows at the next start of their servers."
            )
        case "role":
            .done(
                isLive ? "The role is changed, and holds within seconds." : "The role is changed, for the next start."
            )
        case "removed":
            .done(
                isLive
                    ? "They are out. Their servers lose the folder within seconds."
                    : "They are out, from the next start of their servers on."
            )
        case "left":
            .done(
                isLive
                    ? "You have left the group. Your files in its folder stay with the project."
                    : "You have left the group, from the next start of your server on. Your files stay with the project."
            )
        default: nil
        }
    }

    // MARK: Looking

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        var groups: [(GroupWithMembers, GroupRole)] = []
        for place in context.places {
            guard let found = try await desk.store.groups.withMembers(place.group.name) else { continue }
            groups.append((found, place.role))
        }
        return try pages.page(MyGroupsPage(groups), for: context.user, xsrf: context.xsrf, notice: notice(request))
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.ownGroup()
        let page = try await page(name, context)
        return try pages.page(page, for: context.user, xsrf: context.xsrf, notice: notice(request))
    }

    private func page(
        _ name: GroupName,
        _ context: SignedInContext,
        typedNames: String = "",
        typedRole: GroupRole = .member,
        problem: String? = nil,
    ) async throws -> MyGroupPage {
        MyGroupPage(
            try await desk.group(name),
            for: context.user.name,
            isManaged: context.rights.allows(.groups, on: name),
            isLive: isLive,
            typedNames: typedNames,
            typedRole: typedRole,
            problem: problem,
        )
    }

    // MARK: Changing

    @Sendable private func addMembers(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let (typed, role) = (form["users"] ?? "", GroupRole(rawValue: form["role"] ?? "") ?? .member)
        return try await answer(name, context, "joined", typedNames: typed, typedRole: role) {
            let users = try GroupPages.names(typed)
            guard !users.isEmpty else { throw NameError.empty }
            try await desk.addMembers(users, to: name, as: role)
            context.logger.notice("group.joined", metadata: ["group": "\(name)", "of": "\(users)", "as": "\(role)"])
        }
    }

    @Sendable private func setRole(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let user = try context.userName()
        guard
            let role = GroupRole(rawValue: try await FormBody(of: request, limit: context.maxUploadSize)["role"] ?? "")
        else { throw HubError.badRequest("There is no such role.") }
        return try await answer(name, context, "role") {
            try await desk.setRole(role, of: user, in: name)
            context.logger.notice("group.role", metadata: ["group": "\(name)", "of": "\(user)", "role": "\(role)"])
        }
    }

    @Sendable private func removeMember(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let user = try context.userName()
        return try await answer(name, context, "removed") {
            try await desk.removeMembers([user], from: name)
            context.logger.notice("group.left", metadata: ["group": "\(name)", "of": "\([user])"])
        }
    }

    @Sendable private func leave(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.ownGroup()
        let user = context.user.name
        return try await answer(name, context, "left") {
            try await desk.removeMembers([user], from: name)
            context.logger.notice("group.left", metadata: ["group": "\(name)", "of": "\([user])"])
        }
    }

    /// Does something; when it can't be, the page says why.
    private func answer(
        _ name: GroupName,
        _ context: SignedInContext,
        _ done: String,
        typedNames: String = "",
        typedRole: GroupRole = .member,
        _ change: () async throws -> Void,
    ) async throws -> Response {
        do {
            try await change()
        } catch let error as any CarrelError where error.isForManagers {
            let page = try await page(
                name,
                context,
                typedNames: typedNames,
                typedRole: typedRole,
                problem: "\(error.message) \(error.remedyForManagers)",
            )
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
        let mayLook = context.rights.allows(.adminGroups, on: name)
        // Who has just left or was the one removed can't look at the group any more.
        let isIn = try await desk.group(name).role(of: context.user.name) != nil
        let path = isIn || mayLook ? HubPath.myGroup(name) : HubPath.myGroups
        return .redirect(to: "\(path)?done=\(done)", type: .normal)
    }
}

extension CarrelError {
    /// Whether a manager can do something about it.
    fileprivate var isForManagers: Bool {
        switch self {
        case is NameError: true
        case let error as StoreError:
            switch error {
            case .noSuchUser, .lastManager, .notMember, .notInInstance: true
            default: false
            }
        default: false
        }
    }

    /// Managers have no command line.
    fileprivate var remedyForManagers: String {
        if case .noSuchUser? = self as? StoreError { return "Ask them for the name they sign in with." }
        return remedy
    }
}

extension SignedInContext {
    /// The group that a path names, for its members and those who may read it; for others it isn't there.
    fileprivate func ownGroup() throws -> GroupName {
        guard let name = GroupName(pathSegment: try parameters.require("group")),
            places.contains(where: { $0.group.name == name }) || rights.allows(.readGroups, on: name)
        else { throw HubError.notFound }
        return name
    }

    /// The group that a path names, for those who may do this to it; for others it isn't there.
    fileprivate func group(needing scope: ScopeName) throws -> GroupName {
        guard let name = GroupName(pathSegment: try parameters.require("group")), rights.allows(scope, on: name) else {
            throw HubError.notFound
        }
        return name
    }
}
