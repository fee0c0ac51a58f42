import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The pages for admins about groups, and what can be done on them.
struct GroupPages {
    let desk: GroupDesk
    let pages: PageResponder
    /// Whether changes show in servers that run.
    let isLive: Bool

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("admin/groups", use: list)
            .post("admin/groups", use: add)
            .get("admin/groups/:group", use: show)
            .post("admin/groups/:group/members", use: addMembers)
            .post("admin/groups/:group/members/:user/remove", use: removeMember)
            .post("admin/groups/:group/quotas", use: setQuotas)
            .post("admin/groups/:group/remove", use: remove)
    }

    private var notices: [String: Notice] {
        [
            "added": .done("The group is there. Now put people in."),
            "joined": .done(
                isLive
                    ? "They are in. Servers that run show the project folder within seconds."
                    : "They are in. Servers that run get the project folder when they are started again."
            ),
            "left": .done(
                isLive
                    ? "They are out. Servers that run lose the project folder within seconds."
                    : "They are out. A server that runs keeps the project folder until it is started again."
            ),
            "quotas": .done("The quotas are set, and hold at once."),
            "noted": .problem(
                "It is noted, but a quota couldn’t be set now. It holds from the next start; the log says why."
            ),
            "removed": .done("The group is removed. Its project folder, if there is one, is kept with all its files."),
        ]
    }

    private func notice(_ request: Request) -> Notice? {
        request.uri.queryParameters["done"].flatMap { notices[String($0)] }
    }

    // MARK: All groups

    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin(for: .listGroups)
        let page = GroupsPage(try await desk.all())
        return try pages.page(page, for: context.user, xsrf: context.xsrf, notice: notice(request))
    }

    @Sendable private func add(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin(for: .adminGroups)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let typed = GroupsPage.Typed(form)
        do {
            let name = try GroupName(typed.name.trimmingCharacters(in: .whitespaces))
            let home = try GroupQuotaText.change(typed.home)
            let project = try GroupQuotaText.change(typed.project, mayBeUnlimited: true)
            try await desk.add([name])
            let problem = try await desk.setQuotas(of: name, home: home, project: project)
            context.logger.notice("group.added", metadata: ["group": "\(name)"])
            return done("added", name, problem, context)
        } catch let error as any CarrelError where error.isTyped {
            let page = GroupsPage(try await desk.all(), typed: typed, problem: "\(error.message) \(error.remedy)")
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
    }

    // MARK: One group

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .readGroups)
        let page = GroupPage(try await desk.group(name), now: desk.now())
        return try pages.page(page, for: context.user, xsrf: context.xsrf, notice: notice(request))
    }

    @Sendable private func addMembers(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let typed = try await FormBody(of: request, limit: context.maxUploadSize)["users"] ?? ""
        do {
            let users = try Self.names(typed)
            guard !users.isEmpty else { throw NameError.empty }
            let problem = try await desk.addMembers(users, to: name)
            context.logger.notice("group.joined", metadata: ["group": "\(name)", "of": "\(users)"])
            return done("joined", name, problem, context)
        } catch let error as any CarrelError where error.isTyped {
            let page = GroupPage(
                try await desk.group(name),
                typedNames: typed,
                problem: "\(error.message) \(error.remedy)",
                now: desk.now(),
            )
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
    }

    /// The names in a text, with commas or line breaks between them.
    static func names(_ text: String) throws(NameError) -> [UserName] {
        var names: [UserName] = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isNewline }) {
            let name = part.trimmingCharacters(in: .whitespaces)
            if !name.isEmpty { names.append(try UserName(normalizing: name)) }
        }
        return names
    }

    @Sendable private func removeMember(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .groups)
        let user = try context.userName()
        do {
            let problem = try await desk.removeMembers([user], from: name)
            context.logger.notice("group.left", metadata: ["group": "\(name)", "of": "\([user])"])
            return done("left", name, problem, context)
        } catch let error as StoreError where error.isTyped {
            let group = try await desk.group(name)
            let page = GroupPage(group, problem: "\(error.message) \(error.remedy)", now: desk.now())
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
    }

    @Sendable private func setQuotas(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .adminGroups)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            let home = try GroupQuotaText.change(form["home"])
            let project = try GroupQuotaText.change(form["project"], mayBeUnlimited: true)
            let problem = try await desk.setQuotas(of: name, home: home, project: project)
            context.logger.notice(
                "group.quotas",
                metadata: ["group": "\(name)", "home": "\(home)", "project": "\(project)"]
            )
            return done("quotas", name, problem, context)
        } catch let error as UnitError {
            let page = GroupPage(
                try await desk.group(name),
                typedHome: form["home"],
                typedProject: form["project"],
                problem: "\(error.message) \(error.remedy)",
                now: desk.now(),
            )
            return try pages.page(page, status: .badRequest, for: context.user, xsrf: context.xsrf)
        }
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let name = try context.group(needing: .deleteGroups)
        let problem = try await desk.remove(name)
        context.logger.notice("group.removed", metadata: ["group": "\(name)"])
        if let problem { context.logger.warning("quota.notSet", metadata: ["error": "\(problem)"]) }
        return .redirect(to: "\(HubPath.groups)?done=\(problem == nil ? "removed" : "noted")", type: .normal)
    }

    private func done(
        _ done: String,
        _ name: GroupName,
        _ problem: (any CarrelError)?,
        _ context: SignedInContext,
    ) -> Response {
        if let problem { context.logger.warning("quota.notSet", metadata: ["error": "\(problem)"]) }
        return .redirect(to: "\(HubPath.group(name))?done=\(problem == nil ? done : "noted")", type: .normal)
    }
}

extension GroupsPage.Typed {
    fileprivate init(_ form: FormBody) {
        self.init(name: form["name"] ?? "", home: form["home"] ?? "", project: form["project"] ?? "")
    }
}

extension CarrelError {
    /// Whether it lies in what was typed, so that the form is shown again.
    fileprivate var isTyped: Bool {
        switch self {
        case is NameError, is UnitError: true
        case let error as StoreError:
            switch error {
            case .groupExists, .noSuchUser, .lastManager: true
            default: false
            }
        default: false
        }
    }
}

extension SignedInContext {
    /// Goes on only for admins who may do this to all groups.
    fileprivate func requireAdmin(for scope: ScopeName) throws(HubError) {
        try requireAdmin()
        try rights.require(scope)
    }

    /// The group that a path names, for admins who may do this to it.
    fileprivate func group(needing scope: ScopeName) throws -> GroupName {
        try requireAdmin()
        guard let name = GroupName(pathSegment: try parameters.require("group")) else { throw HubError.notFound }
        try rights.require(scope, on: name)
        return name
    }
}
