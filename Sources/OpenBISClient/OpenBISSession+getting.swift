extension OpenBISSession {
    /// The most that are got by their ids at once.
    static let mostAtOnce = 1000

    /// A space.
    ///
    /// - Parameter code: of it.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func space(_ code: String) async throws(OpenBISError) -> OpenBISSpace {
        try await one(.space, EntityKind.space.permID(code), OpenBISSpace.init)
    }

    /// A project.
    ///
    /// - Parameter id: its permanent id or its path.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func project(_ id: OpenBISEntityID) async throws(OpenBISError) -> OpenBISProject {
        try await one(.project, id.parameter(.project), OpenBISProject.init)
    }

    /// A collection.
    ///
    /// - Parameter id: its permanent id or its path.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func experiment(_ id: OpenBISEntityID) async throws(OpenBISError) -> OpenBISExperiment {
        try await one(.experiment, id.parameter(.experiment), OpenBISExperiment.init)
    }

    /// An object.
    ///
    /// - Parameter id: its permanent id or its path.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func sample(_ id: OpenBISEntityID) async throws(OpenBISError) -> OpenBISSample {
        try await one(.sample, id.parameter(.sample), OpenBISSample.init)
    }

    /// What datasets can belong to: the object of that name, or if there is none the collection.
    ///
    /// - Parameter id: a permanent id or a path.
    /// - Returns: one of both.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func owner(_ id: OpenBISEntityID) async throws(OpenBISError) -> OpenBISOwner {
        do throws(OpenBISError) {
            return .sample(try await sample(id))
        } catch .notFound {
            return .experiment(try await experiment(id))
        }
    }

    /// A dataset, with what it was made from.
    ///
    /// - Parameter permID: its permanent id.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func dataSet(_ permID: String) async throws(OpenBISError) -> OpenBISDataSet {
        try await one(.dataSet, EntityKind.dataSet.permID(permID), OpenBISDataSet.init)
    }

    /// Those of some datasets that are there and may be seen, with what they were made from.
    ///
    /// - Parameter permIDs: their permanent ids, at most 1000; the rest is left out.
    /// - Returns: by permanent id.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func dataSets(named permIDs: [String]) async throws(OpenBISError) -> [String: OpenBISDataSet] {
        guard !permIDs.isEmpty else { return [:] }
        let ids = permIDs.prefix(Self.mostAtOnce).map { EntityKind.dataSet.permID($0) }
        let found = try await get(.dataSet, ids, OpenBISDataSet.init)
        return Dictionary(found.map { ($0.permID, $0) }) { $1 }
    }

    private func one<Item>(
        _ kind: EntityKind,
        _ id: Parameter,
        _ reading: (JSONValue) throws(Misfit) -> Item,
    ) async throws(OpenBISError) -> Item {
        guard let found = try await get(kind, [id], reading).first else { throw .notFound }
        return found
    }

    /// The answer's keys are the ids as they were asked for, in some versions of openBIS; so the values tell what they are.
    private func get<Item>(
        _ kind: EntityKind,
        _ ids: [Parameter],
        _ reading: (JSONValue) throws(Misfit) -> Item,
    ) async throws(OpenBISError) -> [Item] {
        try await ask(kind.getMethod, [.list(ids), FetchOptions.of(kind)]).read { value throws(Misfit) in
            var items: [Item] = []
            for (name, value) in try value.asMembers() where !name.hasPrefix("@") && !value.isNull {
                items.append(try reading(try value.asObject(name)))
            }
            return items
        }
    }
}
