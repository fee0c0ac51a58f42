import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The page about the room in one's home.
struct StoragePages {
    let desk: HomeDesk
    let survey: FolderSurvey
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("storage", use: show)
            .post("storage/ask", use: ask)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        let isAsked = request.uri.queryParameters["folders"] != nil
        let (home, choice) = try await desk.home(for: context.user, of: request)
        let found: StoragePage.Survey = isAsked ? await largestFolders(in: home) : .notAsked
        return try await page(context, home, choice, survey: found)
    }

    private func largestFolders(in home: HomeID) async -> StoragePage.Survey {
        do {
            return switch try await survey.largest(in: home) {
            case .underWay: .underWay
            case .counted(let entries): .counted(entries)
            }
        } catch {
            return .failed("\(error.message) \(error.remedy)")
        }
    }

    @Sendable private func ask(_ request: Request, context: SignedInContext) async throws -> Response {
        let (home, choice) = try await desk.home(for: context.user, of: request)
        guard try await !desk.hasOwnQuota(home.instance) else {
            throw HubError.badRequest("Each home in \(choice.label) may hold the same.")
        }
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        let (size, text) = (form["size"] ?? "", form["text"] ?? "")
        do {
            let wanted = try ByteCount(text: size.trimmingCharacters(in: .whitespaces))
            _ = try await desk.store.requests.add(
                RequestRecord(
                    userId: context.user.id ?? 0,
                    kind: .storage,
                    text: text,
                    wantedBytes: wanted.bytes,
                    createdAt: desk.now(),
                )
            )
            context.logger.info("request.made", metadata: ["kind": "storage", "wanted": "\(wanted)"])
        } catch let error as any CarrelError where error is StoreError || error is UnitError {
            return try await page(
                context,
                home,
                choice,
                survey: .notAsked,
                size: size,
                text: text,
                problem: "\(error.message) \(error.remedy)",
                status: .badRequest,
            )
        }
        let target = HomeChoice.address(HubPath.requests + "?done=asked", choice.instance)
        return .redirect(to: target, type: .normal)
    }

    private func page(
        _ context: SignedInContext,
        _ home: HomeID,
        _ choice: HomeChoice,
        survey: StoragePage.Survey,
        size: String? = nil,
        text: String = "",
        problem: String? = nil,
        status: HTTPResponse.Status = .ok,
    ) async throws -> Response {
        desk.board.look(.user(context.user.name), at: desk.now())
        let isOfInstance = try await desk.hasOwnQuota(home.instance)
        let page = StoragePage(
            choice,
            usage: desk.board.home(home),
            source: isOfInstance ? nil : try await desk.quotas.quota(of: context.user).source,
            strength: desk.storage.quotaStrength,
            survey: survey,
            typedSize: size.map { String($0.prefix(40)) },
            typedText: String(text.prefix(RequestStore.longestText * 2)),
            problem: problem,
        )
        return try pages.page(page, status: status, for: context.user, xsrf: context.xsrf)
    }
}
