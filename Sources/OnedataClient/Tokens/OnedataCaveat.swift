/// A limit inside a token, which nobody can take out of it.
public enum OnedataCaveat: Sendable, Equatable {
    /// It ends; in seconds since 1970.
    case validUntil(Int64)
    /// It is good for one way into Onedata only: `rest`, `oneclient` or `graphsync`.
    case interface(String)
    /// It is good at these services only: `ozw-onezone`, `opw-` and a provider's id, or `opw-*` for all providers.
    case services([String])
    /// It is for reading only.
    case readOnly
}

extension [OnedataCaveat] {
    /// What a token for files needs and no more: calls of REST, at Onezone and at every provider, but not at the panels
    /// of those who run them.
    public static let files: [OnedataCaveat] = [.interface("rest"), .services(["ozw-onezone", "opw-*"])]
}

extension OnedataCaveat: Encodable {
    private enum Member: String, CodingKey {
        case type, validUntil, interface, whitelist
    }

    /// Writes the caveat as Onezone takes it.
    ///
    /// - Parameter encoder: of JSON.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Member.self)
        switch self {
        case .validUntil(let seconds):
            try container.encode("time", forKey: .type)
            try container.encode(seconds, forKey: .validUntil)
        case .interface(let name):
            try container.encode("interface", forKey: .type)
            try container.encode(name, forKey: .interface)
        case .services(let services):
            try container.encode("service", forKey: .type)
            try container.encode(services, forKey: .whitelist)
        case .readOnly: try container.encode("data.readonly", forKey: .type)
        }
    }
}
