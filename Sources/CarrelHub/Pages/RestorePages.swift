import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The pages that find and bring back what was in one's home earlier; nobody sees another's.
struct RestorePages {
    let desk: HomeDesk
    let survey: FolderSurvey
    let pages: PageResponder
    let work: any BlockingWork

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("restore", use: points)
            .get("restore/browse", use: browse)
            .get("restore/compare", use: compare)
            .post("restore/bring-back", use: bringBack)
    }

    @Sendable private func points(_ request: Request, context: SignedInContext) async throws -> Response {
        let (home, choice) = try await desk.home(for: context.user, of: request)
        var points: [RestorePoint] = []
        var problem: String?
        do {
            points = try await desk.storage.restorePoints(of: home)
        } catch {
            context.logger.warning("restore.failed", metadata: ["error": "\(error)"])
            problem = "They can’t be read just now. Try again in a moment, or tell your administrator."
        }
        let page = RestorePage(
            choice,
            points: points,
            strength: desk.storage.quotaStrength,
            hasPlace: desk.storage.restorePointFolder(of: home) != nil,
            problem: problem,
            now: desk.now(),
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    @Sendable private func browse(_ request: Request, context: SignedInContext) async throws -> Response {
        let place = try await place(of: request, context: context)
        let old = try await desk.files.list(place.path, in: place.home, at: place.point)
        let page = RestoreFolderPage(
            place.choice,
            point: place.point,
            path: place.path,
            old: old,
            present: try await present(place),
            now: desk.now(),
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    /// What is in the folder now; nothing when it isn't there, or isn't a folder any more.
    private func present(_ place: Place) async throws(HomeFilesError) -> [HomeFileEntry] {
        do {
            return try await desk.files.list(place.path, in: place.home, at: nil)
        } catch {
            switch error {
            case .notFound, .badPath: return []
            default: throw error
            }
        }
    }

    @Sendable private func compare(_ request: Request, context: SignedInContext) async throws -> Response {
        let place = try await place(of: request, context: context)
        let limit = ComparableText.limit + 1
        let old = try await desk.files.contents(place.path, in: place.home, at: place.point, limit: limit)
        var now: Data?
        do {
            now = try await desk.files.contents(place.path, in: place.home, at: nil, limit: limit)
        } catch {
            // Not there, or something else than a file is.
            switch error {
            case .notFound, .badPath: now = nil
            default: throw error
            }
        }
        let present = now
        let comparison = try await work.run { FileComparison(old: old, present: present, name: place.path) }
        let page = ComparePage(
            place.choice,
            point: place.point,
            path: place.path,
            comparison: comparison,
            now: desk.now(),
        )
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    @Sendable private func bringBack(_ request: Request, context: SignedInContext) async throws -> Response {
        let place = try await place(of: request, context: context)
        guard !place.path.isEmpty else { throw HomeFilesError.badPath(place.path) }
        let kept = try await desk.files.bringBack(place.path, in: place.home, from: place.point)
        await survey.forget(place.home)
        context.logger.info("restore.done", metadata: ["point": "\(place.point.name)"])
        let home = AuditEvent.Target.home("\(place.home.instance)/\(place.home.slug)")
        let details = ["point": place.point.name]
        await desk.audit.noteDone(.fileRestored, home, of: context.user.name, details: details, context.logger)
        let page = BroughtBackPage(place.choice, point: place.point, path: place.path, kept: kept)
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    // MARK: What is meant

    /// Something in a restore point of one's own home.
    private struct Place {
        let home: HomeID
        let choice: HomeChoice
        let point: RestorePoint
        let path: String
    }

    private func place(of request: Request, context: SignedInContext) async throws -> Place {
        let (home, choice) = try await desk.home(for: context.user, of: request)
        let name = request.uri.queryParameters["point"].map(String.init)
        guard let point = try await desk.storage.restorePoints(of: home).first(where: { $0.name == name }) else {
            throw HubError.notFound
        }
        let path = request.uri.queryParameters["path"].map(String.init) ?? ""
        guard Self.isRelative(path) else { throw HomeFilesError.badPath(String(path.prefix(200))) }
        return Place(home: home, choice: choice, point: point, path: path)
    }

    /// Whether a path stays in a home: names with `/` between them, none of which leads up or nowhere.
    ///
    /// Four bytes of the text may stand for one of the path (``NameText``).
    static func isRelative(_ path: String) -> Bool {
        guard !path.isEmpty else { return true }
        let names = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return path.utf8.count <= 4 * 4096
            && names.allSatisfy { name in
                !name.isEmpty && !name.elementsEqual(".".utf8) && !name.elementsEqual("..".utf8) && !name.contains(0)
            }
    }
}
