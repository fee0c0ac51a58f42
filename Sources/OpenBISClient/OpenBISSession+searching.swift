extension OpenBISSession {
    /// The longest part of a list that is asked for at once.
    static let longestPage = 1000

    /// Spaces, by code.
    ///
    /// - Parameters:
    ///   - query: which ones.
    ///   - from: how many are passed over.
    ///   - count: how many are given at most, 1 to 1000.
    /// - Returns: a part of the list, and how many there are in all.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func spaces(
        _ query: OpenBISQuery = OpenBISQuery(),
        from: Int = 0,
        count: Int = 100,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISSpace> {
        try await search(.space, query, from, count, OpenBISSpace.init)
    }

    /// Projects, by code.
    ///
    /// - Parameters:
    ///   - query: which ones.
    ///   - from: how many are passed over.
    ///   - count: how many are given at most, 1 to 1000.
    /// - Returns: a part of the list, and how many there are in all.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func projects(
        _ query: OpenBISQuery = OpenBISQuery(),
        from: Int = 0,
        count: Int = 100,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISProject> {
        try await search(.project, query, from, count, OpenBISProject.init)
    }

    /// Collections, by code.
    ///
    /// - Parameters:
    ///   - query: which ones.
    ///   - from: how many are passed over.
    ///   - count: how many are given at most, 1 to 1000.
    /// - Returns: a part of the list, and how many there are in all.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func experiments(
        _ query: OpenBISQuery = OpenBISQuery(),
        from: Int = 0,
        count: Int = 100,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISExperiment> {
        try await search(.experiment, query, from, count, OpenBISExperiment.init)
    }

    /// Objects, by code.
    ///
    /// - Parameters:
    ///   - query: which ones.
    ///   - from: how many are passed over.
    ///   - count: how many are given at most, 1 to 1000.
    /// - Returns: a part of the list, and how many there are in all.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func samples(
        _ query: OpenBISQuery = OpenBISQuery(),
        from: Int = 0,
        count: Int = 100,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISSample> {
        try await search(.sample, query, from, count, OpenBISSample.init)
    }

    /// Datasets, the newest first.
    ///
    /// - Parameters:
    ///   - query: which ones.
    ///   - from: how many are passed over.
    ///   - count: how many are given at most, 1 to 1000.
    /// - Returns: a part of the list, and how many there are in all.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func dataSets(
        _ query: OpenBISQuery = OpenBISQuery(),
        from: Int = 0,
        count: Int = 100,
    ) async throws(OpenBISError) -> OpenBISPage<OpenBISDataSet> {
        try await search(.dataSet, query, from, count, OpenBISDataSet.init)
    }

    private func search<Item>(
        _ kind: EntityKind,
        _ query: OpenBISQuery,
        _ from: Int,
        _ count: Int,
        _ reading: (JSONValue) throws(Misfit) -> Item,
    ) async throws(OpenBISError) -> OpenBISPage<Item> {
        guard let criteria = Criteria(kind: kind, query: query).parameter else { return .empty }
        let part = Self.part(from, count)
        let answer = try await ask(kind.searchMethod, [criteria, FetchOptions.of(kind, part)])
        return try answer.read { value throws(Misfit) in
            try OpenBISPage(value, part) { one throws(Misfit) in .item(try reading(one)) }
        }
    }

    static func part(_ from: Int, _ count: Int) -> FetchOptions.Part {
        FetchOptions.Part(from: max(from, 0), count: min(max(count, 1), longestPage))
    }

    /// All parts of a list, one after the other, as in `session.pages { try await session.dataSets(query, from: $0) }`.
    ///
    /// - Parameter part: asks for the part that begins there.
    /// - Returns: a sequence that asks as it goes.
    public func pages<Item>(
        _ part: @escaping @Sendable (_ from: Int) async throws(OpenBISError) -> OpenBISPage<Item>
    ) -> OpenBISPages<Item> {
        OpenBISPages(host: settings.address.name, part: part)
    }
}
