import CarrelModel
import CarrelSpawn
import Foundation

/// What a request to the endpoint asks for (reference openbis 2.1): in its query only, as the body is the notebook's bytes.
struct IntegrationRequest: Equatable {
    /// Whose home it is; never to be shown or logged.
    let token: String
    /// The folder below the home.
    let folder: HomePath
    /// The name that is wanted.
    let fileName: String
    /// Whether the notebook is only to be named, not kept.
    let isTrial: Bool

    /// The longest name that leaves room for a number.
    static let longestName = 250

    /// Reads a query.
    ///
    /// - Parameter query: what follows `?`, escaped as it came; nil when nothing does.
    /// - Throws: ``IntegrationError/missing(_:)`` or ``IntegrationError/unfit(_:)``.
    init(query: String?) throws(IntegrationError) {
        var values: [String: String] = [:]
        for (name, value) in try Self.pairs(query ?? "") {
            guard Self.known.contains(name) else {
                throw .unfit("“\(name)” is no argument; in a name, & has to be written %26")
            }
            guard values.updateValue(value, forKey: name) == nil else { throw .unfit("\(name) is given twice") }
        }
        token = try Self.required("token", values)
        let folder = try Self.required("folder", values)
        fileName = try Self.required("filename", values)
        self.folder = try Self.folder(folder)
        try Self.checkFileName(fileName)
        isTrial = !["", "False"].contains(values["test"] ?? "")
    }

    private static let known: Set = ["token", "folder", "filename", "test"]

    private static func required(_ name: String, _ values: [String: String]) throws(IntegrationError) -> String {
        guard let value = values[name] else { throw .missing(name) }
        return value
    }

    /// Holds a notebook's name to what can be one.
    static func checkFileName(_ name: String) throws(IntegrationError) {
        try check(name, "filename")
        guard !name.contains("/") else { throw .unfit("the filename “\(name)” has a slash") }
        guard name.utf8.count <= longestName else {
            throw .unfit("the filename is longer than \(longestName) bytes")
        }
    }

    /// A folder from the home on; the empty one is the home.
    static func folder(_ text: String) throws(IntegrationError) -> HomePath {
        guard !text.isEmpty else { return .home }
        guard !text.hasPrefix("/") else { throw .unfit("the folder “\(text)” doesn't begin in your home") }
        for name in NameText.names(in: text) { try check(name, "folder") }
        guard let path = HomePath(text) else { throw .unfit("the folder “\(text)” is too long") }
        return path
    }

    private static func check(_ name: String, _ what: String) throws(IntegrationError) {
        guard !name.isEmpty else { throw .unfit("the \(what) has an empty name") }
        guard name != ".." else { throw .unfit("the \(what) leads upwards") }
        guard !name.hasPrefix(".") else { throw .unfit("the \(what) has a hidden name, “\(name)”") }
        let isPlain = name.unicodeScalars.allSatisfy { $0 != "\\" && $0.properties.generalCategory != .control }
        guard isPlain else { throw .unfit("the \(what) has a backslash or a control character") }
    }

    // MARK: The query

    /// Names and values, in order, without blanks at their ends; as the notebook's page puts names in as they were typed, an
    /// escape that is none is taken as it stands, and a plus is a blank.
    private static func pairs(_ query: String) throws(IntegrationError) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decoded(parts[0], "The name of an argument")
            pairs.append((name, try decoded(parts.count > 1 ? parts[1] : "", name)))
        }
        return pairs
    }

    private static func decoded(_ text: Substring, _ name: String) throws(IntegrationError) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let value = hexValue(rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .unfit("\(name) isn't UTF-8") }
        return text.trimmingCharacters(in: .whitespaces)
    }

    private static func hexValue(_ digits: ArraySlice<UInt8>) -> UInt8? {
        let isHex = digits.allSatisfy { digit in
            (0x30...0x39).contains(digit) || (0x41...0x46).contains(digit) || (0x61...0x66).contains(digit)
        }
        guard digits.count == 2, isHex else { return nil }
        return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
