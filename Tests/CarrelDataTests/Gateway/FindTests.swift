import Foundation
import NIOCore
import Testing

@testable import CarrelData

@Suite struct `Properties through the gateway` {
    static func find(_ names: String) -> [UInt8] {
        bytes("<D:propfind xmlns:D=\"DAV:\"><D:prop>\(names)</D:prop></D:propfind>")
    }

    static func responses(_ answer: Wire.Answer) throws -> [XMLElement] {
        try #require(XMLTreeReader.read(ByteBuffer(bytes: answer.body))).elements
    }

    @Test func `are not told of whole trees at once`() async throws {
        try await withAnna { gateway, _ in
            for headers in [[:], ["Depth": "infinity"], ["Depth": "2"]] {
                let answer = try await Wire.call(gateway, "PROPFIND", "/dav/", headers)
                #expect(answer.status == 403)
                #expect(answer.text.contains("<D:propfind-finite-depth/>"))
            }
        }
    }

    @Test func `of the top name its folders, whether they can be reached or not`() async throws {
        try await withAnna { gateway, store in
            store.fail(.entries, .unusable(.offline))
            let top = try await Wire.call(gateway, "PROPFIND", "/dav/", ["Depth": "1"])
            #expect(top.status == 207)
            let links = try Self.responses(top).compactMap { $0.first("href")?.parts }
            #expect(links == [[.text("/dav/")], [.text("/dav/home/")], [.text("/dav/b2drop/")]])
            let home = try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "1"])
            #expect(home.status == 503)
            #expect(home["Retry-After"] == "10")
            #expect(home.text.contains("<C:code>data.unusable.offline</C:code>"))
            store.fail(.entries, .unusable(.refused))
            #expect(try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "1"]).status == 424)
        }
    }

    @Test func `tell the quota to those who name it`() async throws {
        try await withAnna { gateway, store in
            let all = try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "0"])
            #expect(!all.text.contains("quota"))
            #expect(!store.asked.contains(.quota))
            let named = Self.find("<D:quota-available-bytes/><D:quota-used-bytes/><x xmlns=\"u:1\"/>")
            let quota = try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "0"], body: named)
            #expect(quota.text.contains("<D:quota-available-bytes>5678</D:quota-available-bytes>"))
            #expect(quota.text.contains("<D:quota-used-bytes>1234</D:quota-used-bytes>"))
            #expect(quota.text.contains("404 Not Found"))
        }
    }

    @Test func `name what there is, and leave out what isn't known`() async throws {
        try await withAnna { gateway, store in
            try store.put("a.txt", "abc")
            let names = bytes("<D:propfind xmlns:D=\"DAV:\"><D:propname/></D:propfind>")
            let answer = try await Wire.call(gateway, "PROPFIND", "/dav/home/a.txt", ["Depth": "0"], body: names)
            #expect(answer.text.contains("<D:getcontentlength/>"))
            #expect(!answer.text.contains("creationdate"))
            let all = try await Wire.call(gateway, "PROPFIND", "/dav/home/a.txt", ["Depth": "0"])
            #expect(all.text.contains("<D:getlastmodified>Tue, 14 Nov 2023 22:13:20 GMT</D:getlastmodified>"))
            #expect(all.text.contains("<D:getetag>&quot;v1&quot;</D:getetag>"))
        }
    }

    @Test(arguments: XMLBombs.all)
    func `are not told to those who send harm`(_ text: String) async throws {
        try await withAnna { gateway, _ in
            for method in ["PROPFIND", "PROPPATCH", "LOCK"] {
                let answer = try await Wire.call(gateway, method, "/dav/home/a", ["Depth": "0"], body: bytes(text))
                #expect(answer.status == 400 || answer.status == 413, "\(method) \(answer.status)")
            }
        }
    }

    @Test func `of 20,000 files come whole`() async throws {
        try await withAnna { gateway, store in
            for number in 0..<20_000 { try store.put("many/\(number)", "") }
            let answer = try await Wire.call(
                gateway,
                "PROPFIND",
                "/dav/home/many",
                ["Depth": "1"],
                body: Self.find("<D:getcontentlength/>")
            )
            #expect(answer.status == 207)
            #expect(answer.text.components(separatedBy: "<D:response>").count == 20_002)
        }
    }

    @Test func `name files of any bytes, and come back by those names`() async throws {
        try await withAnna { gateway, store in
            let odd: [[UInt8]] = [
                [0xff, 0xfe], [1, 10, 13], Array("a b#?%&<>\"'\\".utf8), [0xc3, 0xa4], [0x61, 0xcc, 0x88],
            ]
            for name in odd {
                let target = "/dav/home/" + GatewayAddress.encode(name)
                #expect(try await Wire.call(gateway, "PUT", target, body: name).status == 201)
            }
            let answer = try await Wire.call(gateway, "PROPFIND", "/dav/home/", ["Depth": "1"])
            let links = try Self.responses(answer).dropFirst().compactMap { response -> String? in
                guard case .text(let link)? = response.first("href")?.parts.first else { return nil }
                return link
            }
            #expect(links.count == odd.count)
            for link in links {
                let body = try await Wire.call(gateway, "GET", link).body
                #expect(link == "/dav/home/" + GatewayAddress.encode(body))
            }
            #expect(store.paths.count == odd.count)
        }
    }

    @Test func `of the gateway's own can't be set, and then no other is`() async throws {
        try await withAnna { gateway, store in
            try store.put("a.txt", "abc")
            let change = bytes(
                "<D:propertyupdate xmlns:D=\"DAV:\"><D:set><D:prop><D:getetag>x</D:getetag><p xmlns=\"u:1\">y</p></D:prop></D:set></D:propertyupdate>"
            )
            let answer = try await Wire.call(gateway, "PROPPATCH", "/dav/home/a.txt", body: change)
            #expect(answer.status == 207)
            #expect(answer.text.contains("403 Forbidden"))
            #expect(answer.text.contains("424 Failed Dependency"))
            let all = try await Wire.call(gateway, "PROPFIND", "/dav/home/a.txt", ["Depth": "0"])
            #expect(!all.text.contains("u:1"))
        }
    }
}

enum XMLBombs {
    static let all = [
        "<!DOCTYPE a [<!ENTITY x \"y\"><!ENTITY z \"&x;&x;&x;&x;\">]><a>&z;</a>", "<a", "<D:propfind/>", "not XML",
        "<!DOCTYPE propfind SYSTEM \"file:///etc/passwd\"><propfind xmlns=\"DAV:\"/>",
        String(repeating: "<a>", count: 1000), "<other xmlns=\"DAV:\"/>",
        "<a>" + String(repeating: "x", count: 1 << 20) + "</a>",
    ]
}
