import NIOCore
import Testing

@testable import WebDAVClient

@Suite struct MultistatusTests {
    private static let sample = multistatusText(
        "<D:response><D:href> /dav/a%20b </D:href><D:propstat><D:prop><D:getetag>\"x&amp;y\"</D:getetag>"
            + "<D:getcontentlength>12</D:getcontentlength><o:checksums><o:checksum>SHA1:ab MD5:cd</o:checksum></o:checksums>"
            + "<o:permissions>RGDNVW</o:permissions><D:unknown><D:getcontentlength>99</D:getcontentlength></D:unknown>"
            + "</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat><D:propstat><D:prop><D:getlastmodified/>"
            + "</D:prop><D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>"
            + "<D:response><D:href>/dav/gone</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>"
    )

    private static let expected: [MultistatusResponse] = [
        MultistatusResponse(
            hrefs: ["/dav/a%20b"],
            properties: [.etag: "\"x&y\"", .length: "12", .permissions: "RGDNVW"],
            checksums: ["SHA1:ab", "MD5:cd"],
        ),
        MultistatusResponse(hrefs: ["/dav/gone"], status: 404),
    ]

    @Test func `a multi-status is read`() throws {
        #expect(try MultistatusReader.responses(in: ByteBuffer(string: Self.sample)) == Self.expected)
    }

    @Test(arguments: [1, 2, 3, 7, 64])
    func `it may come in any pieces`(_ size: Int) throws {
        let reader = try MultistatusReader()
        var rest = ByteBuffer(string: Self.sample)
        var responses: [MultistatusResponse] = []
        while let piece = rest.readSlice(length: min(size, rest.readableBytes)), piece.readableBytes > 0 {
            responses += try reader.feed(piece)
        }
        try reader.finish()
        #expect(responses == Self.expected)
    }

    @Test(
        arguments: [
            ("", .notXML), ("hello", .notXML), ("<a", .notXML), ("<html><body/></html>", .notMultistatus),
            ("<multistatus/>", .notMultistatus), (String(sample.dropLast(20)), .notXML), (sample + "<x/>", .notXML),
            (multistatusText("<D:response/>"), .notMultistatus), (multistatusText("&nbsp;"), .notXML),
            (multistatusText("<D:response><D:href>/a</D:href><D:status>fine</D:status></D:response>"), .notMultistatus),
            (multistatusText(String(repeating: "<a>", count: 100)), .tooDeep),
            (multistatusText("<D:response><D:href>\(String(repeating: "a", count: 40_000))"), .tooLarge),
            (multistatusText("<D:response>\(String(repeating: "<D:href>a</D:href>", count: 100))"), .tooLarge),
            (multistatusText("<a b='\(String(repeating: "a", count: 400_000))'/>"), .tooLarge),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]>" + sample, .documentType),
            ("<!DOCTYPE a SYSTEM 'file:///etc/passwd'>" + sample, .documentType),
            (
                "<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'>]><a>&c;</a>",
                .documentType
            ),
            ("<?xml version=\"1.0\" encoding=\"x-evil\"?><a/>", .notXML),
        ] as [(String, XMLFault)]
    )
    func `other documents are refused`(_ text: String, _ fault: XMLFault) {
        var pieces = ByteBuffer(string: text)
        #expect(throws: fault) {
            let reader = try MultistatusReader()
            while let piece = pieces.readSlice(length: min(10_000, pieces.readableBytes)), piece.readableBytes > 0 {
                _ = try reader.feed(piece)
            }
            try reader.finish()
        }
    }

    @Test(arguments: 0..<40)
    func `changed bytes never do more than be refused`(_ seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ limit: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(limit))
        }
        for _ in 0..<200 {
            var bytes = [UInt8](Self.sample.utf8)
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            if random(3) == 0 { bytes.removeSubrange(random(bytes.count)...) }
            do {
                let responses = try MultistatusReader.responses(in: ByteBuffer(bytes: bytes))
                #expect(responses.count <= 4, "seed \(seed)")
            } catch {
                #expect(error != .tooLarge, "seed \(seed)")
            }
        }
    }

    @Test func `a lock's answer is read`() throws {
        let text =
            #"<?xml version="1.0"?><D:prop xmlns:D="DAV:"><D:lockdiscovery><D:activelock><D:owner><D:href>me</D:href>"#
            + "</D:owner><D:timeout>Second-600</D:timeout><D:locktoken><D:href> urn:uuid:1 </D:href></D:locktoken>"
            + "</D:activelock></D:lockdiscovery></D:prop>"
        let answer = try LockAnswer(ByteBuffer(string: text))
        #expect(answer.token == "urn:uuid:1")
        #expect(answer.timeout == .seconds(600))
        #expect(LockAnswer.timeout("Infinite") == nil)
        #expect(LockAnswer.timeout("Second-999999999999") == .seconds(86_400))
    }
}
