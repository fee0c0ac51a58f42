/// Which providers can be asked for the files of a space, the best first.
///
/// Pure: same arguments, same answer.
struct ProviderChoice: Sendable {
    /// Ids or domains, the best first.
    let preferred: [String]
    let onezone: ServicePlace

    /// What is wanted of a provider.
    enum Purpose: Sendable {
        case reading, writing
    }

    /// One that can be asked.
    struct Candidate: Sendable, Equatable {
        let id: String
        let place: ServicePlace
        let version: [Int]
    }

    /// The oldest version that takes names of attributes in the body of a GET.
    static let oldest = [21, 2, 5]

    /// The candidates in order: not lately failed before failed, preferred before others, newer before older.
    ///
    /// - Parameters:
    ///   - purpose: writing is only for providers that don't support the space for reading only.
    ///   - spaceID: in the scope.
    ///   - scope: what Onezone told.
    ///   - failed: ids of providers that failed lately; they are kept, for the case that none is left.
    ///   - first: the id of one that comes before others, unless it failed lately.
    /// - Returns: one at least.
    /// - Throws: ``OnedataError/noProvider(_:)``, ``OnedataError/readOnly``, ``OnedataError/notFound``.
    func candidates(
        for purpose: Purpose,
        spaceID: String,
        scope: AccessScope.DataAccess,
        failed: Set<String>,
        first: String? = nil,
    ) throws(OnedataError) -> [Candidate] {
        guard let space = scope.spaces[spaceID] else { throw .notFound }
        if purpose == .writing, scope.readonly { throw .readOnly }
        guard !space.supports.isEmpty else { throw .noProvider(.unsupported) }
        let online = space.supports.keys.filter { scope.providers[$0]?.online == true }
        guard !online.isEmpty else { throw .noProvider(.offline) }
        let fit = online.compactMap { candidate($0, scope) }
        guard !fit.isEmpty else { throw .noProvider(.outdated) }
        let willing = fit.filter { purpose == .reading || space.supports[$0.id]?.readonly == false }
        guard !willing.isEmpty else { throw .readOnly }
        return willing.sorted { precedes($0, $1, failed, first) }
    }

    private func candidate(_ id: String, _ scope: AccessScope.DataAccess) -> Candidate? {
        guard let told = scope.providers[id], let place = ServicePlace.provider(told.domain, beside: onezone),
            let version = Self.version(told.version), !version.lexicographicallyPrecedes(Self.oldest)
        else { return nil }
        return Candidate(id: id, place: place, version: version)
    }

    private func precedes(_ one: Candidate, _ other: Candidate, _ failed: Set<String>, _ first: String?) -> Bool {
        if failed.contains(one.id) != failed.contains(other.id) { return failed.contains(other.id) }
        if (one.id == first) != (other.id == first) { return one.id == first }
        let ranks = (rank(one), rank(other))
        if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
        if one.version != other.version { return other.version.lexicographicallyPrecedes(one.version) }
        return one.id < other.id
    }

    private func rank(_ candidate: Candidate) -> Int {
        preferred.firstIndex { $0 == candidate.id || .provider($0) == candidate.place.service } ?? preferred.count
    }

    /// The numbers of a version such as `21.02.8` or `25.0-rc1`; nil if it begins with none.
    static func version(_ text: String) -> [Int]? {
        let numbers = text.split(separator: "-")[...].first?.split(separator: ".").prefix(4).map { Int($0) } ?? []
        guard !numbers.isEmpty, !numbers.contains(nil) else { return nil }
        return numbers.compactMap(\.self)
    }
}
