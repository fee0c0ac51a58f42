public import Foundation

/// A dataset: files that never change, of an object or a collection.
public struct OpenBISDataSet: Sendable, Equatable {
    /// Its permanent id, and its code as well.
    public let permID: String
    /// `PHYSICAL` has files of its own; `CONTAINER` and `LINK` have none here.
    public let kind: String
    /// The code of its type.
    public let type: String
    /// What people noted.
    public let properties: OpenBISProperties
    /// In bytes; nil if it isn't known.
    public let size: Int64?
    /// Whether its files are at hand: `AVAILABLE`, or `ARCHIVED` and others (reference 4.8); nil if it isn't known.
    public let status: String?
    /// The collection it belongs to.
    public let experiment: OpenBISRelative?
    /// The object it belongs to.
    public let sample: OpenBISRelative?
    /// The permanent ids of what it was made from; nil in lists, where that isn't asked for.
    public let parents: [String]?
    /// When it was made.
    public let registered: Date?
    /// The id of who made it.
    public let registrator: String?
    /// Where its files are, as openBIS says.
    let storeAddress: String?

    init(_ value: JSONValue) throws(Misfit) {
        permID = try value.permID()
        kind = try value.textIfAny("kind") ?? "PHYSICAL"
        type = try value.typeCode()
        properties = try OpenBISProperties(value.member("properties"))
        let physical = try value.object("physicalData")
        size = try physical?.integerIfAny("size")
        status = try physical?.textIfAny("status")
        experiment = try value.object("experiment", OpenBISRelative.init)
        sample = try value.object("sample", OpenBISRelative.init)
        if let list = try value.listIfAny("parents") {
            var parents: [String] = []
            for parent in list { parents.append(try parent.asObject("parents").permID()) }
            self.parents = parents
        } else {
            parents = nil
        }
        registered = try value.dateIfAny("registrationDate")
        registrator = try value.registratorID()
        storeAddress = try value.object("dataStore")?.textIfAny("downloadUrl")
    }
}
