extension OpenBISSession {
    /// The sorts of datasets, by code, with their properties.
    ///
    /// - Returns: all of them.
    /// - Throws: ``OpenBISError/sessionOver`` and others.
    public func dataSetTypes() async throws(OpenBISError) -> [OpenBISDataSetType] {
        let criteria: Parameter = .object(EntityKind.dataSet.criteria("Type"), ["criteria": .list([])])
        let answer = try await ask("searchDataSetTypes", [criteria, Self.typeOptions])
        return try answer.read { value throws(Misfit) in
            guard let list = try value.listIfAny("objects") else { throw Misfit("objects") }
            var types: [OpenBISDataSetType] = []
            for type in list { types.append(try OpenBISDataSetType(try type.asObject("objects"))) }
            return types.sorted { $0.code < $1.code }
        }
    }

    /// One sort of datasets, with its properties.
    ///
    /// - Parameter code: of it.
    /// - Returns: what openBIS knows of it.
    /// - Throws: ``OpenBISError/notFound`` and others.
    public func dataSetType(_ code: String) async throws(OpenBISError) -> OpenBISDataSetType {
        let answer = try await ask("getDataSetTypes", [.list([Self.typeID(code)]), Self.typeOptions])
        let found = try answer.read { value throws(Misfit) -> OpenBISDataSetType? in
            for (name, value) in try value.asMembers() where !name.hasPrefix("@") && !value.isNull {
                return try OpenBISDataSetType(try value.asObject(name))
            }
            return nil
        }
        guard let found else { throw .notFound }
        return found
    }

    static func typeID(_ code: String) -> Parameter {
        .object(
            "as.dto.entitytype.id.EntityTypePermId",
            ["permId": .text(code), "entityKind": .text("DATA_SET")]
        )
    }

    private static let typeOptions: Parameter = .object(
        EntityKind.dataSet.fetchOptions("TypeFetchOptions"),
        [
            "propertyAssignments": .object(
                "as.dto.property.fetchoptions.PropertyAssignmentFetchOptions",
                [
                    "propertyType": .object(
                        "as.dto.property.fetchoptions.PropertyTypeFetchOptions",
                        [
                            "vocabulary": .object(
                                "as.dto.vocabulary.fetchoptions.VocabularyFetchOptions",
                                ["terms": .object("as.dto.vocabulary.fetchoptions.VocabularyTermFetchOptions")]
                            )
                        ]
                    )
                ]
            )
        ]
    )
}
