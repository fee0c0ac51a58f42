public import Foundation

/// A space, the outermost folder, by which rights are given.
public struct OpenBISSpace: Sendable, Equatable {
    /// Its name and permanent id at once.
    public let code: String
    /// What it is for; nil if nobody wrote that.
    public let description: String?

    init(_ value: JSONValue) throws(Misfit) {
        code = try value.text("code")
        description = try value.textIfAny("description")
    }
}

/// A project, a folder in a space.
public struct OpenBISProject: Sendable, Equatable {
    /// Its permanent id.
    public let permID: String
    /// Its path, `/SPACE/PROJECT`.
    public let identifier: String
    /// The last part of the path.
    public let code: String
    /// What it is for; nil if nobody wrote that.
    public let description: String?

    init(_ value: JSONValue) throws(Misfit) {
        permID = try value.permID()
        identifier = try value.identifier()
        code = try value.text("code")
        description = try value.textIfAny("description")
    }
}

/// An experiment, which people know as a collection: a folder in a project, with objects and datasets.
public struct OpenBISExperiment: Sendable, Equatable {
    /// Its permanent id.
    public let permID: String
    /// Its path, `/SPACE/PROJECT/CODE`.
    public let identifier: String
    /// The last part of the path.
    public let code: String
    /// The code of its type.
    public let type: String
    /// What people noted.
    public let properties: OpenBISProperties
    /// When it was made.
    public let registered: Date?

    init(_ value: JSONValue) throws(Misfit) {
        permID = try value.permID()
        identifier = try value.identifier()
        code = try value.text("code")
        type = try value.typeCode()
        properties = try OpenBISProperties(value.member("properties"))
        registered = try value.dateIfAny("registrationDate")
    }
}

/// A sample, which people know as an object: a thing or a step of work, with datasets.
public struct OpenBISSample: Sendable, Equatable {
    /// Its permanent id.
    public let permID: String
    /// Its path, `/SPACE/PROJECT/CODE` as a rule.
    public let identifier: String
    /// The last part of the path.
    public let code: String
    /// The code of its type.
    public let type: String
    /// What people noted.
    public let properties: OpenBISProperties
    /// The collection it is in; nil if it is in none.
    public let experiment: OpenBISRelative?
    /// When it was made.
    public let registered: Date?

    init(_ value: JSONValue) throws(Misfit) {
        permID = try value.permID()
        identifier = try value.identifier()
        code = try value.text("code")
        type = try value.typeCode()
        properties = try OpenBISProperties(value.member("properties"))
        experiment = try value.object("experiment", OpenBISRelative.init)
        registered = try value.dateIfAny("registrationDate")
    }
}

/// What a dataset belongs to: an object or a collection.
public enum OpenBISOwner: Sendable, Equatable {
    /// An object, whose collection then has the dataset too.
    case sample(OpenBISSample)
    /// A collection.
    case experiment(OpenBISExperiment)

    /// Its permanent id.
    public var permID: String {
        switch self {
        case .sample(let sample): sample.permID
        case .experiment(let experiment): experiment.permID
        }
    }

    /// Its path.
    public var identifier: String {
        switch self {
        case .sample(let sample): sample.identifier
        case .experiment(let experiment): experiment.identifier
        }
    }
}
