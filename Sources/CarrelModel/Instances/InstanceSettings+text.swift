import Foundation

extension InstanceSettings {
    /// The settings as JSON, for the store.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// Reads what ``json()`` wrote; what an earlier version didn't write yet is as it is left out.
    ///
    /// - Throws: what is wrong with the text.
    public init(name: String, json: String) throws {
        let standard = try JSONEncoder().encode(InstanceSettings(name: name))
        guard var values = try JSONSerialization.jsonObject(with: standard) as? [String: Any],
            let given = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        else {
            let context = DecodingError.Context(codingPath: [], debugDescription: "not an object")
            throw DecodingError.dataCorrupted(context)
        }
        values.merge(given) { _, given in given }
        self = try JSONDecoder().decode(Self.self, from: JSONSerialization.data(withJSONObject: values))
    }
}

extension ByteCount: Codable {
    /// Reads a number of bytes.
    public init(from decoder: any Decoder) throws {
        self.init(bytes: try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Writes the number of bytes.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(bytes)
    }
}

extension ProcessorCount: Codable {
    /// Reads a number of hundredths.
    public init(from decoder: any Decoder) throws {
        self.init(hundredths: try decoder.singleValueContainer().decode(Int.self))
    }

    /// Writes the number of hundredths.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hundredths)
    }
}
