import Foundation
import Testing

@testable import OnedataClient

@Suite struct ProviderChoiceTests {
    /// Four providers of a space: new, newest but for reading, old, offline; and one that is too old.
    private let scope = #"""
        {"readonly":false,
         "spaces":{"s":{"name":"s","supports":{"new":{"readonly":false},"newest":{"readonly":true},
            "old":{"readonly":false},"off":{"readonly":false},"ancient":{"readonly":false},"gone":{"readonly":false}}},
            "bare":{"name":"bare","supports":{}},"late":{"name":"late","supports":{"ancient":{"readonly":false}}},
            "dark":{"name":"dark","supports":{"off":{"readonly":false}}},
            "fixed":{"name":"fixed","supports":{"newest":{"readonly":true}}}},
         "providers":{"new":{"domain":"new.example","version":"21.02.8","online":true},
            "newest":{"domain":"newest.example","version":"25.0","online":true},
            "old":{"domain":"old.example","version":"21.02.5-rc1","online":true},
            "off":{"domain":"off.example","version":"25.0","online":false},
            "ancient":{"domain":"ancient.example","version":"20.02.19","online":true}}}
        """#

    private func order(
        _ purpose: ProviderChoice.Purpose,
        space: String = "s",
        preferred: [String] = [],
        failed: Set<String> = [],
        first: String? = nil,
        readonly: Bool = false,
    ) throws -> [String] {
        let onezone = try ServicePlace.onezone(OnedataSettings(onezone: "https://zone.example"))
        let scope = scope.replacing(#"{"readonly":false,"#, with: #"{"readonly":\#(readonly),"#, maxReplacements: 1)
        let told = try JSONDecoder().decode(AccessScope.DataAccess.self, from: Data(scope.utf8))
        return try ProviderChoice(preferred: preferred, onezone: onezone)
            .candidates(for: purpose, spaceID: space, scope: told, failed: failed, first: first).map(\.id)
    }

    @Test func `those that are online and new enough are asked, the newest first`() throws {
        #expect(try order(.reading) == ["newest", "new", "old"])
    }

    @Test func `for writing only those that aren't for reading`() throws {
        #expect(try order(.writing) == ["new", "old"])
    }

    @Test func `a token for reading writes nowhere`() {
        #expect(throws: OnedataError.readOnly) { try order(.writing, readonly: true) }
    }

    @Test func `preferred ones come first, by id or domain`() throws {
        #expect(try order(.reading, preferred: ["old.example", "new"]) == ["old", "new", "newest"])
    }

    @Test func `those that failed lately come last, but are asked`() throws {
        #expect(try order(.reading, preferred: ["newest"], failed: ["newest"]) == ["new", "old", "newest"])
        #expect(try order(.reading, failed: ["newest", "new", "old"]) == ["newest", "new", "old"])
    }

    @Test func `one that has begun something goes on with it, unless it failed`() throws {
        #expect(try order(.reading, preferred: ["new"], first: "old") == ["old", "new", "newest"])
        #expect(try order(.reading, failed: ["old"], first: "old") == ["newest", "new", "old"])
    }

    @Test(
        arguments: [
            ("bare", .noProvider(.unsupported)), ("dark", .noProvider(.offline)), ("late", .noProvider(.outdated)),
            ("fixed", .readOnly), ("unknown", .notFound),
        ] as [(String, OnedataError)]
    )
    func `why nobody can be asked is told`(_ space: String, _ error: OnedataError) {
        #expect(throws: error) { try order(.writing, space: space) }
    }

    @Test(
        arguments: [
            ("21.02.8", [21, 2, 8]), ("25.0-rc1", [25, 0]), ("21", [21]), ("", nil), ("v1", nil), ("-", nil),
            ("1.x", nil),
        ] as [(String, [Int]?)]
    )
    func `versions are compared as numbers`(_ text: String, _ numbers: [Int]?) {
        #expect(ProviderChoice.version(text) == numbers)
    }

    @Test(arguments: [
        "", "datahub.egi.eu", "ftp://datahub.egi.eu", "http://datahub.egi.eu", "https://", "https://a/b", "https://a?b",
        "https://me@a", "https://a#b", "https://a b", "http://localhost.example.org", "http://127.0.0.1.example.org",
        "https://a:0", "https://a:70000", "https://exämple.org",
    ])
    func `an address must be one that tokens may go to`(_ address: String) {
        #expect(throws: OnedataError.unfitAddress) { try ServicePlace.onezone(OnedataSettings(onezone: address)) }
    }

    @Test(arguments: [
        ("https://datahub.egi.eu", "https://datahub.egi.eu"), ("https://datahub.egi.eu/", "https://datahub.egi.eu"),
        ("HTTPS://a:8443", "https://a:8443"), ("http://127.0.0.1:80", "http://127.0.0.1:80"),
        ("http://[::1]:80", "http://[::1]:80"), ("http://localhost", "http://localhost"),
    ])
    func `addresses are taken without a path`(_ address: String, _ base: String) throws {
        #expect(try ServicePlace.onezone(OnedataSettings(onezone: address)).base == base)
    }
}
