public import Foundation

/// What a provider says about a person: the claims of an ID token, of userinfo, of an access token.
///
/// Only their form is checked here; nothing in them is fit for a page, a file name or a query as it is.
public struct OpenIDClaims: Sendable, Equatable {
    let values: [String: OpenIDValue]

    /// None at all.
    static let empty = OpenIDClaims([:])

    init(_ values: [String: OpenIDValue]) {
        self.values = values
    }

    /// `sub`: who it is at this provider, never given to anybody else (Core §2); empty where there are no claims.
    public var subject: String { string("sub") ?? "" }

    /// Whether there are none.
    public var isEmpty: Bool { values.isEmpty }

    /// Any claim as it came; nil when it isn't there.
    ///
    /// - Parameter name: of the claim.
    public subscript(name: String) -> OpenIDValue? { values[name] }

    /// A claim that is a text; nil for any other kind.
    ///
    /// - Parameter name: of the claim.
    /// - Returns: the text, which may be empty.
    public func string(_ name: String) -> String? { values[name]?.string }

    /// A claim that is a text or a list of texts; nil for anything else, also for a list with another thing in it.
    ///
    /// - Parameter name: of the claim.
    /// - Returns: the texts in order.
    public func strings(_ name: String) -> [String]? {
        string(name).map { [$0] } ?? values[name]?.list
    }

    /// A claim that is a point in time, in seconds since 1970 (RFC 7519 §2); nil for anything else.
    ///
    /// - Parameter name: of the claim.
    /// - Returns: a time between 1970 and the year 9999.
    public func date(_ name: String) -> Date? {
        let seconds: Double? =
            switch values[name] {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        guard let seconds, (0...253_402_300_799).contains(seconds) else { return nil }
        return Date(timeIntervalSince1970: seconds)
    }
}

extension OpenIDClaims: Codable {
    /// Reads the claims from a JSON object.
    ///
    /// - Parameter decoder: of JSON.
    /// - Throws: `DecodingError` when it isn't an object.
    public init(from decoder: any Decoder) throws {
        values = try decoder.singleValueContainer().decode([String: OpenIDValue].self)
    }

    /// Writes the claims as a JSON object.
    ///
    /// - Parameter encoder: of JSON.
    /// - Throws: what the encoder throws.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }
}
