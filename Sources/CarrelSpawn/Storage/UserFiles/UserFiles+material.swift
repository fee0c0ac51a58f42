import CarrelModel
import Glibc

extension UserFiles {
    /// How long putting material into a home may take: a start waits for it.
    private static let deliveryLimit = Duration.seconds(60)

    /// Puts material into a home as its user; see ``MaterialOutcome``.
    ///
    /// - Parameters:
    ///   - material: absolute path of the folder with it; what the user may not read there is left out.
    ///   - folder: the name of the folder in the home.
    ///   - home: which.
    ///   - delivered: what was put there so far.
    ///   - suffix: what is added to the name of a new version beside an edited file.
    /// - Returns: what came of it.
    /// - Throws: when nothing can be put there.
    public func deliver(
        _ material: String,
        to folder: String,
        of home: HomeID,
        after delivered: [String: String],
        suffix: String,
    ) async throws(HomeFilesError) -> MaterialOutcome {
        guard HomePath(folder)?.names.count == 1 else { throw .badPath(folder) }
        guard let source = try? Descriptor(opening: material, O_RDONLY | O_DIRECTORY) else {
            throw .notFound(path: folder)
        }
        let request = HomeFilesRequest.deliver(folder: folder, delivered: delivered, suffix: suffix)
        guard
            case .delivered(let outcome) = try await ask(
                request,
                home,
                folder,
                beside: source,
                within: Self.deliveryLimit,
            )
        else { throw .failed(reason: "the helper answered something else") }
        return outcome
    }
}
