import Foundation

/// JSON from strangers.
enum StrictJSON {
    /// How deep values may lie in each other; no document of OpenID Connect comes near it.
    static let deepest = 32

    /// Reads an object; nil when it is anything else or too deep.
    ///
    /// A zero byte would mean UTF-16 or UTF-32, which the decoder takes but JSON that is sent must not be (RFC 8259 §8.1).
    static func object(_ bytes: Data) -> [String: OpenIDValue]? {
        guard !bytes.contains(0), depth(bytes) <= deepest else { return nil }
        return try? JSONDecoder().decode([String: OpenIDValue].self, from: bytes)
    }

    /// How deep values lie in each other, if it is JSON at all.
    ///
    /// Looked at first, for a decoder calls itself for each level, and a stack isn't endless.
    static func depth(_ bytes: Data) -> Int {
        var depth = 0
        var deepest = 0
        var isText = false
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                isEscaped = false
                continue
            }
            switch byte {
            case UInt8(ascii: "\\"): isEscaped = isText
            case UInt8(ascii: "\""): isText.toggle()
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                depth += isText ? 0 : 1
                deepest = max(deepest, depth)
            case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= isText ? 0 : 1
            default: break
            }
        }
        return deepest
    }
}
