import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Static assets` {
    let assets = StaticAssets()

    @Test(arguments: [
        ("carrel.css", "text/css; charset=utf-8"), ("carrel.js", "text/javascript; charset=utf-8"),
        ("logo.svg", "image/svg+xml"),
    ])
    func `an asset has the type of its name`(name: String, contentType: String) throws {
        let asset = try #require(assets[name])
        #expect(asset.contentType == contentType)
        #expect(!asset.bytes.isEmpty)
    }

    @Test(arguments: ["", "/", "../carrel.css", "carrel.css/", "CARREL.CSS", "layout.mustache", "carrel.css\u{0}"])
    func `any other name is nothing`(name: String) {
        #expect(assets[name] == nil)
    }

    @Test func `the entity tag is strong and changes with the content`() {
        let one = StaticAsset(name: "a.css", bytes: [1, 2, 3])
        #expect(one.etag == StaticAsset(name: "b.css", bytes: [1, 2, 3]).etag)
        #expect(one.etag != StaticAsset(name: "a.css", bytes: [1, 2, 4]).etag)
        #expect(one.etag.hasPrefix("\"") && one.etag.hasSuffix("-3\""))
        #expect(one.version.count == 16)
    }

    @Test func `a browser that has the content is known by its If-None-Match`() {
        let asset = StaticAsset(name: "a.css", bytes: [1])
        #expect(asset.isKnown(ifNoneMatch: asset.etag))
        #expect(asset.isKnown(ifNoneMatch: "\"other\" , W/\(asset.etag)"))
        #expect(asset.isKnown(ifNoneMatch: "*"))
        #expect(!asset.isKnown(ifNoneMatch: "\"other\""))
        #expect(!asset.isKnown(ifNoneMatch: nil))
    }

    @Test func `an address with the right version may be kept for ever, any other not`() throws {
        let asset = try #require(assets["carrel.css"])
        #expect(asset.cacheControl(requestedVersion: asset.version).contains("immutable"))
        #expect(asset.cacheControl(requestedVersion: "old") == "public, no-cache")
        #expect(assets.link(to: "carrel.css", in: "/hub/static/").text == "/hub/static/carrel.css?v=\(asset.version)")
    }

    @Test func `each page has its scripts`() {
        for page in PageTemplates.pages {
            for script in page.scripts { #expect(assets[script] != nil, "\(page) lacks \(script)") }
        }
    }

    @Test func `scripts never turn text into HTML and fetch nothing from elsewhere`() throws {
        for name in assets.names where name.hasSuffix(".js") {
            let script = String(decoding: try #require(assets[name]).bytes, as: UTF8.self)
            for forbidden in [
                "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "http://", "https://",
            ] {
                #expect(!script.contains(forbidden), "\(name): \(forbidden)")
            }
        }
    }

    @Test(arguments: [
        ("ink", "paper"), ("ink", "card"), ("ink", "sunken"), ("muted", "paper"), ("muted", "card"),
        ("muted", "sunken"),
        ("muted", "red-tint"), ("ink", "red-tint"), ("red", "red-tint"), ("red", "card"), ("amber", "amber-tint"),
        ("amber", "card"), ("brand", "card"), ("brand", "paper"), ("brand", "brand-tint"),
        ("brand-strong", "brand-tint"),
        ("on-brand", "brand"), ("on-brand", "brand-strong"),
    ])
    func `text is legible on its ground, light and dark`(text: String, ground: String) throws {
        let (light, dark) = try (#require(colours(text)), #require(colours(ground)))
        #expect(contrast(light.0, dark.0) >= 4.5, "light")
        #expect(contrast(light.1, dark.1) >= 4.5, "dark")
    }

    @Test func `the edges of fields and buttons stand out`() throws {
        let edge = try #require(colours("line-strong"))
        for ground in ["card", "paper"] {
            let colour = try #require(colours(ground))
            #expect(contrast(edge.0, colour.0) >= 3 && contrast(edge.1, colour.1) >= 3)
        }
    }

    /// The light and the dark colour of a custom property in the style sheet.
    private func colours(_ name: String) -> (UInt32, UInt32)? {
        let sheet = String(decoding: assets["carrel.css"]?.bytes ?? [], as: UTF8.self)
        for match in sheet.matches(of: /--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)/)
        where match.1 == name {
            guard let light = UInt32(match.2, radix: 16), let dark = UInt32(match.3, radix: 16) else { return nil }
            return (light, dark)
        }
        return nil
    }

    /// Contrast ratio of two colours; WCAG 2.2, relative luminance.
    private func contrast(_ one: UInt32, _ other: UInt32) -> Double {
        func luminance(_ colour: UInt32) -> Double {
            func part(_ shift: UInt32) -> Double {
                let value = Double((colour >> shift) & 0xFF) / 255
                return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
            }
            return 0.2126 * part(16) + 0.7152 * part(8) + 0.0722 * part(0)
        }
        let pair = [luminance(one), luminance(other)].sorted()
        return (pair[1] + 0.05) / (pair[0] + 0.05)
    }
}
