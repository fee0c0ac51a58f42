import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page for managers of an instance about its people, and what can be done on it.
struct PeoplePages {
    let desk: PeopleDesk
    let pages: PageResponder
    /// The public address that a request came to, such as `https://hub.example.org`.
    let origin: @Sendable (ClientConnection) -> String

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances/:instance/people", use: show)
            .post("instances/:instance/people/:user/remove", use: remove)
            .post("instances/:instance/people/:user/role", use: setRole)
            .post("instances/:instance/people/groups", use: addGroup)
            .post("instances/:instance/people/invitations", use: invite)
            .post("instances/:instance/people/invitations/:id/revoke", use: revoke)
            .post("instances/:instance/people/roster", use: preview)
            .post("instances/:instance/people/roster/confirm", use: confirm)
    }

    private static let notices: [String: Notice] = [
        "removed": .done("They are out. Their server stops; their files stay until the instance is deleted."),
        "role": .done("Done. It holds at once."),
        "group": .done("The group is there. Put people in on its page."),
        "revoked": .done("The invitation is revoked. Who joined with it stays."),
    ]

    // MARK: People

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        var typed = PeoplePage.Typed()
        typed.search = String((FormBody(query: request.uri.query)["search"] ?? "").prefix(100))
        return try await page(
            instance,
            context,
            typed: typed,
            notice: request.uri.queryParameters["done"].flatMap { Self.notices[String($0)] },
        )
    }

    @Sendable private func remove(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let user = try context.userName()
        try await desk.remove(user, from: instance)
        context.logger.notice("instance.left", metadata: ["instance": "\(instance.name)", "of": "\(user)"])
        return back(instance, "removed")
    }

    @Sendable private func setRole(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let user = try context.userName()
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        guard let role = form["role"].flatMap(InstanceMemberRecord.Role.init) else {
            throw HubError.badRequest("The role is member or manager.")
        }
        try await desk.setRole(role, of: user, in: instance)
        context.logger.notice(
            "instance.role",
            metadata: ["instance": "\(instance.name)", "of": "\(user)", "role": "\(role.rawValue)"],
        )
        return back(instance, "role")
    }

    @Sendable private func addGroup(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        var typed = PeoplePage.Typed()
        typed.group = form["group"] ?? ""
        do {
            try await desk.addGroup(typed.group, to: instance, by: context.user)
        } catch let error as any CarrelError where error is NameError || error is StoreError {
            let problem = "\(error.message) \(error.remedy)"
            return try await page(instance, context, typed: typed, groupProblem: problem, status: .badRequest)
        }
        context.logger.notice("group.added", metadata: ["group": "\(typed.group)", "instance": "\(instance.name)"])
        return back(instance, "group")
    }

    // MARK: Invitations

    @Sendable private func invite(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        var typed = PeoplePage.Typed()
        (typed.note, typed.days, typed.uses) = (form["note"] ?? "", form["days"] ?? "", form["uses"] ?? "")
        do {
            let wish = try InvitationDesk.Wish(form)
            let secret = try await desk.invitations.make(wish, into: instance, by: context.user.name)
            context.logger.notice("invitation.made", metadata: ["instance": "\(instance.name)"])
            let link = "\(origin(context.client))\(HubPath.join(instance.name))#\(secret.reveal())"
            let note = wish.note.isEmpty ? nil : wish.note
            return try await page(instance, context, fresh: PeoplePage.Fresh(link: link, note: note))
        } catch let error as any CarrelError where error is StoreError || error is HubError {
            let problem = "\(error.message) \(error is HubError ? "" : error.remedy)"
            return try await page(instance, context, typed: typed, inviteProblem: problem, status: .badRequest)
        }
    }

    @Sendable private func revoke(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        guard let id = Int64(try context.parameters.require("id")) else { throw HubError.notFound }
        let noted = desk.invitations.audit.noting(.invitationRevoked, .instance(instance.name))
        try await noted.invitations.revoke(id, in: instance.id ?? 0, at: desk.now())
        context.logger.notice("invitation.revoked", metadata: ["instance": "\(instance.name)"])
        return back(instance, "revoked")
    }

    // MARK: Lists

    @Sendable private func preview(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let list = try await FormBody(of: request, limit: context.maxUploadSize)["list"] ?? ""
        do throws(Roster.Fault) {
            let roster = try Roster(list)
            return try await shown(roster, list, for: instance, context)
        } catch {
            return try await refused(list, error.text, instance, context)
        }
    }

    private func shown(
        _ roster: Roster,
        _ list: String,
        for instance: InstanceRecord,
        _ context: SignedInContext,
    ) async throws(Roster.Fault) -> Response {
        do {
            let page = RosterPage(instance, roster, try await desk.plan(roster, for: instance), list: list)
            return try pages.page(page, for: context.user, xsrf: context.xsrf)
        } catch {
            throw .empty
        }
    }

    @Sendable private func confirm(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await managed(context)
        let list = try await FormBody(of: request, limit: context.maxUploadSize)["list"] ?? ""
        do {
            let plan = try await desk.plan(try Roster(list), for: instance)
            let made = try await desk.carryOut(plan, for: instance)
            context.logger.notice(
                "instance.listed",
                metadata: [
                    "instance": "\(instance.name)", "made": "\(made.count)", "joined": "\(plan.joining.count)",
                ],
            )
            let page = RosterDonePage(instance, made: made, joined: plan.joining.count)
            return try pages.page(page, for: context.user, xsrf: context.xsrf)
        } catch let fault as Roster.Fault {
            return try await refused(list, fault.text, instance, context)
        } catch let error as StoreError {
            return try await refused(list, "\(error.message) \(error.remedy)", instance, context)
        }
    }

    private func refused(
        _ list: String,
        _ problem: String,
        _ instance: InstanceRecord,
        _ context: SignedInContext,
    ) async throws -> Response {
        var typed = PeoplePage.Typed()
        typed.list = list
        return try await page(instance, context, typed: typed, rosterProblem: problem, status: .badRequest)
    }

    // MARK: How

    private func managed(_ context: SignedInContext) async throws -> InstanceRecord {
        guard let name = try? InstanceName(context.parameters.require("instance")) else { throw HubError.notFound }
        return try await desk.managed(name, by: context.user)
    }

    private func back(_ instance: InstanceRecord, _ done: String) -> Response {
        .redirect(to: "\(HubPath.people(instance.name))?done=\(done)", type: .normal)
    }

    private func page(
        _ instance: InstanceRecord,
        _ context: SignedInContext,
        fresh: PeoplePage.Fresh? = nil,
        typed: PeoplePage.Typed = PeoplePage.Typed(),
        inviteProblem: String? = nil,
        rosterProblem: String? = nil,
        groupProblem: String? = nil,
        notice: Notice? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        let page = PeoplePage(
            instance,
            members: try await desk.store.instanceMembers.all(in: instance.id ?? 0),
            invitations: try await desk.store.invitations.all(in: instance.id ?? 0),
            fresh: fresh,
            typed: typed,
            inviteProblem: inviteProblem,
            rosterProblem: rosterProblem,
            groups: try await desk.store.groups.all(inInstance: instance.id ?? 0),
            groupProblem: groupProblem,
            reader: context.user.name,
            now: desk.now(),
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf, notice: notice)
    }
}

extension InvitationDesk.Wish {
    /// Reads the form.
    ///
    /// - Throws: ``HubError/badRequest(_:)``.
    fileprivate init(_ form: FormBody) throws(HubError) {
        note = (form["note"] ?? "").trimmingCharacters(in: .whitespacesAndNewlines)
        role = form["role"] == InstanceMemberRecord.Role.manager.rawValue ? .manager : .member
        func number(_ name: String, _ most: Int, _ what: String) throws(HubError) -> Int? {
            let text = (form[name] ?? "").trimmingCharacters(in: .whitespaces)
            guard !text.isEmpty else { return nil }
            guard let number = Int(text), (1...most).contains(number) else {
                throw .badRequest("\(what) is a number from 1 to \(most), or nothing.")
            }
            return number
        }
        lifetime = try number("days", 365, "For how many days it is good").map { .seconds($0 * 86_400) }
        uses = try number("uses", 100_000, "How many people it is for")
    }
}
