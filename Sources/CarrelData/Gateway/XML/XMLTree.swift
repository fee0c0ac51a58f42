/// The name of an element or attribute.
struct XMLName: Sendable, Hashable {
    /// The namespace; empty for none.
    let namespace: String
    /// The name in it.
    let local: String

    init(_ namespace: String, _ local: String) {
        self.namespace = namespace
        self.local = local
    }

    /// A name of WebDAV's own.
    static func dav(_ local: String) -> XMLName { XMLName("DAV:", local) }
}

/// An element with all that is in it.
struct XMLElement: Sendable, Equatable {
    /// What an element holds, in order.
    enum Part: Sendable, Equatable {
        case element(XMLElement)
        case text(String)
    }

    let name: XMLName
    var attributes: [XMLName: String] = [:]
    var parts: [Part] = []

    /// The elements right in it.
    var elements: [XMLElement] {
        parts.compactMap { if case .element(let element) = $0 { element } else { nil } }
    }

    /// The first element of a name of WebDAV's right in it.
    func first(_ local: String) -> XMLElement? { elements.first { $0.name == .dav(local) } }

    /// The element as text that means the same wherever it stands, if no namespace is set by default there.
    var text: String {
        var text = ""
        write(to: &text)
        return text
    }

    private static let xml = "http://www.w3.org/XML/1998/namespace"

    private func write(to text: inout String) {
        let tag = name.namespace.isEmpty ? name.local : "x:\(name.local)"
        text += "<\(tag)"
        if !name.namespace.isEmpty { text += " xmlns:x=\"\(XMLText.escape(name.namespace))\"" }
        let sorted = attributes.sorted { ($0.key.namespace, $0.key.local) < ($1.key.namespace, $1.key.local) }
        for (index, (name, value)) in sorted.enumerated() {
            switch name.namespace {
            case "": text += " \(name.local)"
            case Self.xml: text += " xml:\(name.local)"
            default: text += " xmlns:a\(index)=\"\(XMLText.escape(name.namespace))\" a\(index):\(name.local)"
            }
            text += "=\"\(XMLText.escape(value))\""
        }
        guard !parts.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        for part in parts {
            switch part {
            case .element(let element): element.write(to: &text)
            case .text(let words): text += XMLText.escape(words)
            }
        }
        text += "</\(tag)>"
    }
}

/// Text as it stands in XML.
enum XMLText {
    /// Escaped for elements and attributes; what XML can't hold at all is replaced.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\r": escaped += "&#13;"
            case "\n": escaped += "&#10;"
            case "\t": escaped += "&#9;"
            case "\u{0}"..."\u{1f}", "\u{fffe}", "\u{ffff}": escaped.unicodeScalars.append("\u{fffd}")
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
