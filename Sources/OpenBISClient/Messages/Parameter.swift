/// What is sent as JSON.
enum Parameter: Encodable, Sendable, Equatable {
    case null
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([Parameter])
    case members([String: Parameter])

    /// An object of the V3 API, by its class (reference 4.3).
    static func object(_ type: String, _ members: [String: Parameter] = [:]) -> Parameter {
        .members(members.merging(["@type": .text(type)]) { $1 })
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .flag(let flag): try container.encode(flag)
        case .list(let values): try container.encode(values)
        case .members(let members): try container.encode(members)
        }
    }
}
