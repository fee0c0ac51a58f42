import CExpat
import Glibc
import NIOCore

/// Reads a request's body, by libexpat, into a tree.
///
/// A document type is refused, and with it every entity but XML's own five; so are trees that are too deep or too wide.
enum XMLTreeReader {
    /// No body is larger, in bytes.
    static let largest = 64 << 10
    static let deepest = 32
    static let mostElements = 10_000
    /// No name of a namespace is longer, in bytes: expat gives all of it with each element and attribute.
    static let longestNamespace = 1024
    /// No document's names are longer altogether, in bytes.
    static let mostNameBytes = 4 << 20
    private static let separator: Character = "\u{c}"

    /// The root of a document; nil when it isn't one that is taken.
    static func read(_ document: ByteBuffer) -> XMLElement? {
        guard document.readableBytes <= largest, let parser = XML_ParserCreateNS(nil, XML_Char(bitPattern: 0x0c)) else {
            return nil
        }
        defer { XML_ParserFree(parser) }
        let build = Build(parser)
        XML_SetUserData(parser, Unmanaged.passUnretained(build).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, attributes in
                guard let name, Build.of(data)?.bears(name, attributes) == true else { return }
                Build.of(data)?.begin(XMLTreeReader.name(name), XMLTreeReader.attributes(attributes))
            },
            { data, _ in Build.of(data)?.end() }
        )
        XML_SetCharacterDataHandler(parser) { data, text, count in
            guard let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            Build.of(data)?.add(String(decoding: bytes, as: UTF8.self))
        }
        XML_SetStartNamespaceDeclHandler(parser) { data, _, uri in
            guard let uri, strlen(uri) > XMLTreeReader.longestNamespace else { return }
            Build.of(data)?.stop()
        }
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in Build.of(data)?.stop() }
        // The tree lives as long as the parser uses it.
        return withExtendedLifetime(build) {
            let isRead = document.withUnsafeReadableBytes { bytes in
                XML_Parse(parser, bytes.bindMemory(to: XML_Char.self).baseAddress, Int32(bytes.count), 1)
                    != XML_STATUS_ERROR
            }
            return isRead && !build.isStopped ? build.root : nil
        }
    }

    private static func name(_ text: UnsafePointer<XML_Char>) -> XMLName {
        let parts = String(cString: text).split(separator: separator, maxSplits: 1)
        return parts.count == 2 ? XMLName(String(parts[0]), String(parts[1])) : XMLName("", String(parts.first ?? ""))
    }

    private static func attributes(
        _ list: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?
    ) -> [XMLName: String] {
        guard var next = list else { return [:] }
        var attributes: [XMLName: String] = [:]
        while let key = next[0], let value = next[1] {
            attributes[name(key)] = String(cString: value)
            next += 2
        }
        return attributes
    }

    /// What the callbacks of libexpat see.
    private final class Build {
        let parser: XML_Parser
        var root: XMLElement?
        private(set) var isStopped = false
        private var open: [XMLElement] = []
        private var text = ""
        private var count = 0
        private var nameBytes = 0

        init(_ parser: XML_Parser) {
            self.parser = parser
        }

        static func of(_ data: UnsafeMutableRawPointer?) -> Build? {
            data.map { Unmanaged<Build>.fromOpaque($0).takeUnretainedValue() }.flatMap { $0.isStopped ? nil : $0 }
        }

        func begin(_ name: XMLName, _ attributes: [XMLName: String]) {
            count += 1
            guard open.count < XMLTreeReader.deepest, count <= XMLTreeReader.mostElements else { return stop() }
            close()
            open.append(XMLElement(name: name, attributes: attributes))
        }

        func add(_ more: String) { text += more }

        /// Whether there is room for an element's names; ends the reading where there isn't.
        func bears(
            _ name: UnsafePointer<XML_Char>,
            _ attributes: UnsafeMutablePointer<UnsafePointer<XML_Char>?>?,
        ) -> Bool {
            nameBytes += strlen(name)
            var next = attributes
            while let place = next, let key = place[0] {
                nameBytes += strlen(key)
                next = place + 2
            }
            if nameBytes > XMLTreeReader.mostNameBytes { stop() }
            return !isStopped
        }

        func end() {
            close()
            guard let done = open.popLast() else { return }
            if let last = open.indices.last { open[last].parts.append(.element(done)) } else { root = done }
        }

        /// Puts the text since the last tag where it belongs.
        private func close() {
            if let last = open.indices.last, !text.isEmpty { open[last].parts.append(.text(text)) }
            text = ""
        }

        func stop() {
            isStopped = true
            XML_StopParser(parser, XML_Bool(0))
        }
    }
}
