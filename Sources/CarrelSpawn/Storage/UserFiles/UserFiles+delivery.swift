import CarrelModel
import Glibc

extension UserFiles: HomeDelivery {
    /// How long putting a file into a home may take.
    private static let placingLimit = Duration.seconds(120)

    /// Puts a file into a home; see ``HomeDelivery``.
    public func place(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> String {
        guard let given = try await answer(to: .place(name: name, folder: folder), home, folder, beside: draft.file)
        else { throw Self.strangeAnswer }
        return given
    }

    /// Puts a file into a home under exactly this name; see ``HomeDelivery``.
    public func placeNew(
        _ draft: FileDraft,
        as name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> Bool {
        try await answer(to: .placeNew(name: name, folder: folder), home, folder, beside: draft.file) != nil
    }

    /// The name that a file would have; see ``HomeDelivery``.
    public func freeName(
        _ name: String,
        in folder: String,
        of home: HomeID,
    ) async throws(HomeDeliveryError) -> String {
        // One that isn't there yet, or that nobody was given yet, has nothing in it.
        guard let folderOfHome = homes.opened(home), folderOfHome.ownerArguments(isRoot: isRoot) != nil else {
            return name
        }
        guard let free = try await answer(to: .freeName(name: name, folder: folder), home, folder) else {
            throw Self.strangeAnswer
        }
        return free
    }

    private static var strangeAnswer: HomeDeliveryError {
        .file(.failed(reason: "the helper answered something else"))
    }

    /// The name that was given; nil where it is taken.

    private func answer(
        to request: HomeFilesRequest,
        _ home: HomeID,
        _ folder: String,
        beside content: Descriptor? = nil,
    ) async throws(HomeDeliveryError) -> String? {
        let answer: HomeFilesAnswer
        do {
            answer = try await ask(request, home, folder, beside: content, within: Self.placingLimit)
        } catch {
            throw .file(error)
        }
        switch answer {
        case .placed(let name): return name
        case .taken: return nil
        case .folderRefused(let refusal): throw .folder(refusal.error(folder))
        default: throw Self.strangeAnswer
        }
    }
}
