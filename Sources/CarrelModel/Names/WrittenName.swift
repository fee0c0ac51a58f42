/// A name that is coded as its text, and held to its rules whenever it is read.
public protocol WrittenName: Codable {
    /// The name as it is written.
    var text: String { get }

    /// Makes the name of a text.
    ///
    /// - Throws: what is wrong with it.
    init(written text: String) throws(NameError)
}

extension WrittenName {
    /// Reads a name from a string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(NameError) {
            try self.init(written: text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    /// Writes the name as a string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
