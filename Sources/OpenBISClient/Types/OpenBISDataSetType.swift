/// A sort of datasets, with the properties that they have.
public struct OpenBISDataSetType: Sendable, Equatable {
    /// Such as `RAW_DATA`.
    public let code: String
    /// What it is for; nil if nobody wrote that.
    public let description: String?
    /// Its properties, in the order in which openBIS shows them.
    public let properties: [OpenBISPropertyAssignment]

    init(_ value: JSONValue) throws(Misfit) {
        code = try value.text("code")
        description = try value.textIfAny("description")
        var properties: [OpenBISPropertyAssignment] = []
        for assignment in try value.listIfAny("propertyAssignments") ?? [] {
            properties.append(try OpenBISPropertyAssignment(try assignment.asObject("propertyAssignments")))
        }
        self.properties = properties.sorted { ($0.ordinal, $0.code) < ($1.ordinal, $1.code) }
    }
}

/// That things of a type have a property.
public struct OpenBISPropertyAssignment: Sendable, Equatable {
    /// The property, such as `$NAME`.
    public let code: String
    /// How it is called on pages.
    public let label: String
    /// What it is for; nil if nobody wrote that.
    public let description: String?
    /// What it holds: `VARCHAR`, `MULTILINE_VARCHAR`, `INTEGER`, `REAL`, `BOOLEAN`, `DATE`, `TIMESTAMP`, `HYPERLINK`, `XML`,
    /// `CONTROLLEDVOCABULARY`, `SAMPLE` and others (reference 4.8).
    public let dataType: String
    /// Whether every dataset must have it.
    public let isMandatory: Bool
    /// The heading under which it is shown; nil for none.
    public let section: String?
    /// Of a controlled vocabulary what may be chosen; nil for every other property.
    public let terms: [OpenBISTerm]?
    let ordinal: Int64

    init(_ value: JSONValue) throws(Misfit) {
        guard let type = try value.object("propertyType") else { throw Misfit("propertyType") }
        code = try type.text("code")
        label = try type.textIfAny("label") ?? code
        description = try type.textIfAny("description")
        dataType = try type.text("dataType")
        isMandatory = try value.flagIfAny("mandatory") ?? false
        section = try value.textIfAny("section")
        ordinal = try value.integerIfAny("ordinal") ?? .max
        guard let list = try type.object("vocabulary")?.listIfAny("terms") else {
            terms = nil
            return
        }
        var terms: [OpenBISTerm] = []
        for term in list { terms.append(try OpenBISTerm(try term.asObject("terms"))) }
        self.terms = terms
    }
}

/// What may be chosen for a property.
public struct OpenBISTerm: Sendable, Equatable {
    /// What is stored.
    public let code: String
    /// How it is called on pages.
    public let label: String

    init(_ value: JSONValue) throws(Misfit) {
        code = try value.text("code")
        let label = try value.textIfAny("label") ?? ""
        self.label = label.isEmpty ? code : label
    }
}
