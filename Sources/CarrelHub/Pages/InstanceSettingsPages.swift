import CarrelModel
import CarrelSpawn
import CarrelStore
import HTTPTypes
import Hummingbird
import Logging

/// The page for managers of an instance about its settings.
struct InstanceSettingsPages {
    let editor: InstanceEditor
    let homes: HomeDesk
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("instances/:instance/settings", use: show)
            .post("instances/:instance/settings", use: save)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(editor.desk)
        let keys = try await editor.keys(of: instance, for: context.user)
        let notice: Notice? =
            switch request.uri.queryParameters["done"] {
            case "saved": .done("Saved. Limits hold for servers started from now on.")
            case "same": .done("There was nothing to change.")
            default: nil
            }
        let page = InstanceSettingsPage(instance, keys: keys, environments: editor.environments)
        return try pages.page(page, for: context.user, xsrf: context.xsrf, notice: notice)
    }

    @Sendable private func save(_ request: Request, context: SignedInContext) async throws -> Response {
        let instance = try await context.managedInstance(editor.desk)
        let keys = try await editor.keys(of: instance, for: context.user)
        let draft = InstanceDraft(try await FormText(of: request, limit: context.maxUploadSize), keys: keys)
        do {
            let changed = try await editor.change(instance, draft, keys: keys, by: context.user)
            if !changed.isEmpty {
                context.logger.notice(
                    "instance.set",
                    metadata: [
                        "instance": "\(instance.name)", "by": "\(context.user.name)",
                        "keys": "\(changed.joined(separator: " "))",
                    ],
                )
            }
            if changed.contains("quota") { await applyQuotas(context) }
            let done = changed.isEmpty ? "same" : "saved"
            return .redirect(to: "\(HubPath.settings(instance.name))?done=\(done)", type: .normal)
        } catch InstanceEditor.Refusal.problems(let problems) {
            return try page(instance, keys, draft, problems, .badRequest, context)
        } catch InstanceEditor.Refusal.outdated {
            let now = try await context.managedInstance(editor.desk)
            let text =
                "Somebody changed these settings since you opened the page. "
                + "Look at what is marked, and save again."
            let keys = try await editor.keys(of: now, for: context.user)
            return try page(now, keys, draft, [InstanceProblem("", text)], .conflict, context)
        }
    }

    /// Has homes hold what they may now; what can't be done at once is done at their next start.
    private func applyQuotas(_ context: SignedInContext) async {
        do {
            try await homes.applyQuotas()
        } catch {
            context.logger.warning("quota.noted", metadata: ["error": "\(error)"])
        }
    }

    private func page(
        _ instance: InstanceRecord,
        _ keys: [InstanceKey],
        _ draft: InstanceDraft,
        _ problems: [InstanceProblem],
        _ status: HTTPResponse.Status,
        _ context: SignedInContext,
    ) throws -> Response {
        let page = InstanceSettingsPage(
            instance,
            keys: keys,
            draft: draft,
            environments: editor.environments,
            problems: problems,
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
    }
}
