/// What is to be filled of what is found, and which part of a list (reference 4.6): what isn't asked for is null.
enum FetchOptions {
    /// For a page of a list, by code; nil for what is got by its id.
    struct Part {
        let from: Int
        let count: Int
    }

    static func of(_ kind: EntityKind, _ part: Part? = nil) -> Parameter {
        var members: [String: Parameter] = [:]
        if kind.hasType {
            members["type"] = .object(kind.fetchOptions("TypeFetchOptions"))
            members["properties"] = .object("as.dto.property.fetchoptions.PropertyFetchOptions")
        }
        if kind == .sample || kind == .dataSet {
            members["experiment"] = .object(EntityKind.experiment.fetchOptions())
        }
        if kind == .dataSet {
            members["sample"] = .object(EntityKind.sample.fetchOptions())
            members["physicalData"] = .object("as.dto.dataset.fetchoptions.PhysicalDataFetchOptions")
            members["dataStore"] = .object("as.dto.datastore.fetchoptions.DataStoreFetchOptions")
            members["registrator"] = .object("as.dto.person.fetchoptions.PersonFetchOptions")
            if part == nil { members["parents"] = .object(kind.fetchOptions()) }
        }
        if let part {
            members["sort"] = byCode(kind)
            members.merge(paging(part)) { $1 }
        }
        return .object(kind.fetchOptions(), members)
    }

    static func paging(_ part: Part) -> [String: Parameter] {
        ["from": .number(Int64(part.from)), "count": .number(Int64(part.count))]
    }

    /// An order that stays, so that pages fit together; codes of datasets begin with the time, and the newest come first.
    private static func byCode(_ kind: EntityKind) -> Parameter {
        let order: Parameter = .object("as.dto.common.fetchoptions.SortOrder", ["asc": .flag(kind != .dataSet)])
        let sorting: Parameter = .object(
            "as.dto.common.fetchoptions.Sorting",
            ["field": .text("CODE"), "order": order]
        )
        return .object(kind.fetchOptions("SortOptions"), ["sortings": .list([sorting])])
    }
}
