import CExpat
import NIOCore

/// What stands in an XML document, piece by piece.
enum XMLEvent: Equatable {
    /// The beginning of an element; namespace and name with ``XMLStream/separator`` between.
    case start(String)
    /// A piece of text; one text may come in several.
    case text(String)
    /// The end of an element.
    case end(String)
}

/// Reads an XML document as it comes, by libexpat, in bounded memory.
///
/// A document type is refused, and with it every entity but XML's own five. No element is deeper than ``deepest``, no
/// tag longer than ``largestTag``.
final class XMLStream {
    /// Stands in no XML document, and so in no namespace.
    static let separator = "\u{c}"
    static let deepest = 64
    static let largestTag = 256 * 1024

    private let parser: XML_Parser
    private let state: State
    private var fed: Int64 = 0

    /// What the callbacks of libexpat see; it lives as long as the parser.
    fileprivate final class State {
        let handle: (XMLEvent) throws(XMLFault) -> Void
        let parser: XML_Parser
        var depth = 0
        var fault: XMLFault?

        init(_ parser: XML_Parser, _ handle: @escaping (XMLEvent) throws(XMLFault) -> Void) {
            self.parser = parser
            self.handle = handle
        }

        func take(_ event: XMLEvent) {
            guard fault == nil else { return }
            do {
                try handle(event)
            } catch {
                fault = error
            }
        }
    }

    /// Begins a document.
    ///
    /// - Parameter handle: gets each piece; what it throws ends the reading.
    /// - Throws: ``XMLFault/tooLarge`` when there is no memory for it.
    init(_ handle: @escaping (XMLEvent) throws(XMLFault) -> Void) throws(XMLFault) {
        guard let parser = XML_ParserCreateNS(nil, XML_Char(bitPattern: 0x0c)) else { throw .tooLarge }
        self.parser = parser
        state = State(parser, handle)
        XML_SetUserData(parser, Unmanaged.passUnretained(state).toOpaque())
        XML_SetElementHandler(
            parser,
            { data, name, _ in
                XMLStream.with(data) { state in
                    state.depth += 1
                    if state.depth > XMLStream.deepest { state.fault = state.fault ?? .tooDeep }
                    state.take(.start(name.map { String(cString: $0) } ?? ""))
                }
            },
            { data, name in
                XMLStream.with(data) { state in
                    state.depth -= 1
                    state.take(.end(name.map { String(cString: $0) } ?? ""))
                }
            }
        )
        XML_SetCharacterDataHandler(parser) { data, text, count in
            guard let text else { return }
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(count))
            XMLStream.with(data) { $0.take(.text(String(decoding: bytes, as: UTF8.self))) }
        }
        XML_SetStartDoctypeDeclHandler(parser) { data, _, _, _, _ in
            XMLStream.with(data) { $0.fault = $0.fault ?? .documentType }
        }
    }

    deinit { XML_ParserFree(parser) }

    /// Reads on.
    ///
    /// - Throws: what is wrong with the document; nothing may be fed after that.
    func feed(_ part: ByteBuffer) throws(XMLFault) {
        let isRead = part.withUnsafeReadableBytes { bytes in
            // No part is larger than what the system reads at once.
            XML_Parse(parser, bytes.bindMemory(to: XML_Char.self).baseAddress, Int32(bytes.count), 0)
                != XML_STATUS_ERROR
        }
        if let fault = state.fault { throw fault }
        guard isRead else { throw .notXML }
        fed += Int64(part.readableBytes)
        guard fed - Int64(XML_GetCurrentByteIndex(parser)) <= Self.largestTag else { throw .tooLarge }
    }

    /// Looks whether the document is whole.
    ///
    /// - Throws: ``XMLFault/notXML`` when it isn't.
    func finish() throws(XMLFault) {
        let isWhole = XML_Parse(parser, nil, 0, 1) != XML_STATUS_ERROR
        if let fault = state.fault { throw fault }
        guard isWhole else { throw .notXML }
    }

    /// Lets a callback do its work, and stops the parser when that found a fault.
    private static func with(_ data: UnsafeMutableRawPointer?, _ work: (State) -> Void) {
        guard let data else { return }
        let state = Unmanaged<State>.fromOpaque(data).takeUnretainedValue()
        guard state.fault == nil else { return }
        work(state)
        if state.fault != nil { XML_StopParser(state.parser, XML_Bool(0)) }
    }
}

/// What is wrong with a document.
enum XMLFault: Error, Equatable {
    case notXML
    case documentType
    case tooDeep
    case tooLarge
    case notMultistatus

    var malformed: MalformedAnswer {
        switch self {
        case .notXML: .notXML
        case .documentType: .documentType
        case .tooDeep: .tooDeep
        case .tooLarge: .tooLarge
        case .notMultistatus: .notMultistatus
        }
    }
}
