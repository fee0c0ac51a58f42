import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import OpenBISClient

/// The form for a new notebook that begins in openBIS, and what comes of it.
struct NewNotebookPages {
    var desk: NewNotebookDesk
    let pages: PageResponder
    /// The hub's own address.
    let origin: @Sendable (ClientConnection) -> String

    /// The same, with lists of files that other pages keep.
    func sharing(_ files: OpenBISFileLists) -> Self {
        var shared = self
        shared.desk.files = files
        return shared
    }

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("openbis/:authenticator/new-notebook", use: show)
            .post("openbis/:authenticator/new-notebook", use: send)
            .get("openbis/:authenticator/open", use: open)
    }

    /// The link form for openBIS' own menus: the kind of thing, and its permanent id.
    @Sendable private func open(_ request: Request, context: SignedInContext) async throws -> Response {
        let link = FormBody(query: request.uri.query)
        let settings = try settings(context)
        let origin = try NotebookOrigin.read(link["entity"], link["permId"])
        let path = origin?.path(at: settings.name) ?? HubPath.newNotebook(settings.name)
        return .redirect(to: path, type: .found)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try Self.checkWindow(request)
        let settings = try settings(context)
        let form = try NewNotebookForm(link: FormBody(query: request.uri.query))
        do {
            return try page(try await begun(form, settings, context), settings, request, context)
        } catch let refusal as NewNotebookRefusal {
            var view = NewNotebookView(form)
            view.isUsable = false
            view.tell(refusal)
            return try page(view, settings, request, context, status: refusal.status)
        }
    }

    @Sendable private func send(_ request: Request, context: SignedInContext) async throws -> Response {
        let settings = try settings(context)
        let form = try NewNotebookForm(try await FormText(of: request, limit: context.maxUploadSize))
        var view = NewNotebookView(form)
        do {
            switch form.step {
            case .open: return try await made(form, settings, context)
            case .download: return try await downloaded(form, settings, context)
            case .find, .findOwner, .all, .none, .enter: break
            }
        } catch let refusal as NewNotebookRefusal {
            view.tell(refusal)
            return try await again(view, settings, request, context, status: refusal.status)
        }
        return try await again(view, settings, request, context, status: .ok)
    }

    /// Lets only a window of its own show the form, and programs; a script has shown the token already.
    ///
    /// As an image or in a frame it would be asked for by any page at this origin, such as one of somebody's server.
    ///
    /// - Throws: ``HubError/xsrf(method:isMissing:)``.
    private static func checkWindow(_ request: Request) throws(HubError) {
        switch request.headers[.secFetchMode] {
        case nil, "cors", "same-origin": return
        case "navigate" where [nil, "document"].contains(request.headers[.secFetchDest]): return
        default: throw HubError.xsrf(method: request.method.rawValue, isMissing: true)
        }
    }

    // MARK: The form

    private func begun(
        _ form: NewNotebookForm,
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
    ) async throws -> NewNotebookView {
        let user = context.user
        return try await asking(settings, context) { [desk] access in
            guard let template = form.template else {
                let turn = try desk.turn(of: user)
                defer { withExtendedLifetime(turn) {} }
                return try await NewNotebookSearch(session: access.session).begun(form)
            }
            let file = try await desk.templateFile(template, access, of: user)
            var view = NewNotebookView(form)
            let name = file.name.hasSuffix(".ipynb") ? String(file.name.dropLast(".ipynb".count)) : file.name
            (view.form.name, view.form.folder) = (name, "notebooks")
            view.templateSize = file.size
            return view
        }
    }

    /// The form once more, with what was typed, and what was looked for.
    private func again(
        _ old: NewNotebookView,
        _ settings: AuthenticatorSettings,
        _ request: Request,
        _ context: SignedInContext,
        status: HTTPResponse.Status,
    ) async throws -> Response {
        var (view, status) = (old, status)
        do {
            if view.form.template == nil, !view.isSessionOver {
                let turn = try desk.turn(of: context.user)
                defer { withExtendedLifetime(turn) {} }
                view = try await asking(settings, context) { access in
                    try await Self.looked(old, NewNotebookSearch(session: access.session))
                }
            }
        } catch let refusal as NewNotebookRefusal {
            view.tell(refusal)
            if status == .ok { status = refusal.status }
        }
        if status == .ok, !view.problems.isEmpty { status = .badRequest }
        return try page(view, settings, request, context, status: status)
    }

    private static func looked(_ old: NewNotebookView, _ search: NewNotebookSearch) async throws -> NewNotebookView {
        var view = old
        try await search.know(&view)
        switch view.form.step {
        case .find: try await search.find(&view)
        case .findOwner: try await search.findOwner(&view)
        case .open, .download, .all, .none, .enter: break
        }
        if view.owners == nil { try await search.settleOwner(&view) }
        return view
    }

    private func page(
        _ view: NewNotebookView,
        _ settings: AuthenticatorSettings,
        _ request: Request,
        _ context: SignedInContext,
        status: HTTPResponse.Status = .ok,
    ) throws -> Response {
        let again = request.method == .get ? request.uri.string : nil
        let page = NewNotebookPage(view, at: settings, again: again)
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
    }

    // MARK: The notebook

    private func made(
        _ form: NewNotebookForm,
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
    ) async throws -> Response {
        let (target, source, turn) = try await source(form, settings, context)
        defer { withExtendedLifetime(turn) {} }
        let name = try await desk.place(source, at: target, of: context.user)
        log("openBIS.notebookMade", form, settings, context)
        let path = (target.folder.names + [name]).joined(separator: "/")
        let place = "/user/\(context.user.name.pathSegment)/notebooks/\(path.queryValue)"
        return .redirect(to: place, type: .normal)
    }

    private func downloaded(
        _ form: NewNotebookForm,
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
    ) async throws -> Response {
        let (target, source, turn) = try await source(form, settings, context)
        defer { withExtendedLifetime(turn) {} }
        let bytes = try await desk.bytes(source, target.fileName)
        log("openBIS.notebookDownloaded", form, settings, context)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/x-ipynb+json",
                .contentDisposition: ContentDisposition.attachment(target.fileName),
                .cacheControl: "no-store",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)),
        )
    }

    /// The notebook and its place; what is wrong with the names and with the rest is said at once.
    private func source(
        _ form: NewNotebookForm,
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
    ) async throws -> (NewNotebookTarget, NewNotebookDesk.Source, IntegrationTurns.Turn) {
        let user = context.user
        let target = Result { () throws(NewNotebookRefusal) in
            try NewNotebookTarget(form, covered: desk.settings().covered)
        }
        let renewal =
            "Renew your session at \(settings.title) on the hub’s page "
            + "\(origin(context.client))\(HubPath.openBIS(settings.name)), then run the cell that connects to openBIS again."
        do {
            let (source, turn) = try await asking(settings, context) { [desk] access in
                try await desk.source(form, access, of: user, renewal: renewal)
            }
            return (try target.get(), source, turn)
        } catch let refusal as NewNotebookRefusal {
            guard case .failure(let first) = target, first != refusal else { throw refusal }
            var both = NewNotebookRefusal(refusal.problems + first.problems, refusal.status)
            both.isSessionOver = refusal.isSessionOver
            throw both
        }
    }

    private func log(
        _ event: String,
        _ form: NewNotebookForm,
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
    ) {
        context.logger.info(
            "\(event)",
            metadata: [
                "authenticator": "\(settings.name)",
                "datasets": "\(form.chosen.count)",
                "isCopy": "\(form.template != nil)",
            ],
        )
    }

    // MARK: openBIS

    private func settings(_ context: SignedInContext) throws -> AuthenticatorSettings {
        guard let settings = desk.openBIS.settings(context.parameters.get("authenticator") ?? "") else {
            throw HubError.notFound
        }
        return settings
    }

    /// Asks openBIS for whoever is signed in, and not for long; what it refuses becomes words for the page.
    private func asking<Answer: Sendable>(
        _ settings: AuthenticatorSettings,
        _ context: SignedInContext,
        _ ask: @escaping @Sendable (OpenBISAccess) async throws -> Answer,
    ) async throws -> Answer {
        do {
            guard let access = try await desk.openBIS.access(of: context.user, at: settings.name) else {
                let ties = try await desk.openBIS.ties(of: context.user)
                guard ties.contains(where: { $0.settings.name == settings.name }) else {
                    throw NewNotebookRefusal(
                        .page,
                        "The hub doesn’t know who you are at \(settings.title). Sign in with it, or add it on the page of "
                            + "your account.",
                        .forbidden,
                    )
                }
                throw NewNotebookRefusal.sessionOver(at: settings.title)
            }
            do {
                return try await OpenBISInquiry.within(OpenBISInquiry.limit, host: settings.title) {
                    try await ask(access)
                }
            } catch OpenBISError.sessionOver {
                try await desk.openBIS.noteEnd(of: access, for: context.user)
                throw NewNotebookRefusal.sessionOver(at: settings.title)
            }
        } catch let error as OpenBISError {
            if case .cancelled = error { throw CancellationError() }
            context.logger.info("openBIS.refused", metadata: ["error": "\(error)"])
            throw NewNotebookRefusal(error, at: settings.title)
        }
    }
}
