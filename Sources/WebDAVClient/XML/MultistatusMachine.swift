/// Makes responses of the pieces of a multi-status.
///
/// Pure: same pieces, same responses.
struct MultistatusMachine {
    /// The longest text of an address or a property, in bytes.
    static let longestText = 32 * 1024
    /// The most addresses of one response, and the most checksums.
    static let most = 64

    private(set) var responses: [MultistatusResponse] = []
    private var open: [Element] = []
    private var response = MultistatusResponse()
    private var group = PropertyGroup()
    private var text = ""

    /// Properties that share a status.
    private struct PropertyGroup {
        var properties: [DAVProperty: String] = [:]
        var isFolder = false
        var checksums: [String] = []
        var status: Int?
    }

    /// What an element means where it stands.
    private enum Element: Equatable {
        case multistatus, response, href, status, group, prop, collection, checksum, other
        case property(DAVProperty)
    }

    /// Takes the next piece.
    ///
    /// - Throws: ``XMLFault/notMultistatus`` for another document, ``XMLFault/tooLarge``.
    mutating func take(_ event: XMLEvent) throws(XMLFault) {
        switch event {
        case .start(let name):
            let element = Self.element(name, in: open.last)
            guard element != .other || !open.isEmpty else { throw .notMultistatus }
            if element == .response { response = MultistatusResponse() }
            if element == .group { group = PropertyGroup() }
            if element == .collection { group.isFolder = true }
            if Self.holdsText(element) { text = "" }
            open.append(element)
        case .text(let piece):
            guard let element = open.last, Self.holdsText(element) else { return }
            guard text.utf8.count + piece.utf8.count <= Self.longestText else { throw .tooLarge }
            text += piece
        case .end:
            guard let element = open.popLast() else { throw .notXML }
            try close(element)
        }
    }

    /// The responses since the last time.
    mutating func takeResponses() -> [MultistatusResponse] {
        defer { responses = [] }
        return responses
    }

    private mutating func close(_ element: Element) throws(XMLFault) {
        switch element {
        case .href:
            guard response.hrefs.count < Self.most else { throw .tooLarge }
            response.hrefs.append(text.trimmed)
        case .status:
            guard let status = Self.status(text) else { throw .notMultistatus }
            if open.last == .group { group.status = status } else { response.status = status }
        case .checksum:
            guard group.checksums.count < Self.most else { throw .tooLarge }
            group.checksums += text.split(separator: " ").prefix(Self.most).map(String.init)
        // These two hold elements, which were taken already.
        case .property(.resourceType), .property(.checksums): break
        case .property(let property): group.properties[property] = text.trimmed
        case .group:
            guard (200..<300).contains(group.status ?? 0) else { return }
            response.properties.merge(group.properties) { $1 }
            response.isFolder = response.isFolder || group.isFolder
            response.checksums += group.checksums
        case .response:
            guard !response.hrefs.isEmpty else { throw .notMultistatus }
            responses.append(response)
        default: break
        }
    }

    private static func element(_ name: String, in parent: Element?) -> Element {
        switch (parent, name) {
        case (nil, "DAV:\u{c}multistatus"): .multistatus
        case (.multistatus, "DAV:\u{c}response"): .response
        case (.response, "DAV:\u{c}href"): .href
        case (.response, "DAV:\u{c}status"), (.group, "DAV:\u{c}status"): .status
        case (.response, "DAV:\u{c}propstat"): .group
        case (.group, "DAV:\u{c}prop"): .prop
        case (.prop, _): properties[name].map { .property($0) } ?? .other
        case (.property(.resourceType), "DAV:\u{c}collection"): .collection
        case (.property(.checksums), "http://owncloud.org/ns\u{c}checksum"): .checksum
        default: .other
        }
    }

    private static let properties = Dictionary(
        uniqueKeysWithValues: DAVProperty.allCases.map {
            ($0.rawValue.replacing("|", with: XMLStream.separator), $0)
        }
    )

    private static func holdsText(_ element: Element) -> Bool {
        switch element {
        case .href, .status, .checksum, .property: true
        default: false
        }
    }

    /// Reads `HTTP/1.1 200 OK`.
    private static func status(_ line: String) -> Int? {
        let words = line.trimmed.split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/"), words[1].utf8.count == 3 else { return nil }
        return Int(words[1])
    }
}
