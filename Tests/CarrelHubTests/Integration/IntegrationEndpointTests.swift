import CarrelModel
import CarrelSpawn
import CarrelStore
import CarrelTestSupport
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CarrelHub

@Suite struct `The endpoint for openBIS` {
    private static let query = "?token=alice-1&folder=F&filename=N.ipynb"

    @Test func `puts a notebook into the home of the token's owner`() async throws {
        try await withEndpoint { door in
            let response = try await door.post(Self.query, "{}")
            #expect(response.status == .ok)
            #expect(try response.fields == ["fileName": "N.ipynb", "path": "/home/alice/F/N.ipynb"])
            #expect(response.headers[.contentType] == "application/json")
            let home = HomeID(instance: "default", slug: "alice")
            #expect(door.delivery.placed == [FakeDelivery.Placed(path: "F/N.ipynb", home: home)])
            #expect(await door.storage.homes(in: "default") == [home])
            #expect(try await door.post(Self.query, "{}").fields["fileName"] == "other N.ipynb")
        }
    }

    @Test func `only names it where it is asked to, and makes no home`() async throws {
        try await withEndpoint { door in
            let response = try await door.post(Self.query + "&test=True", "TEST")
            #expect(try response.fields["fileName"] == "N.ipynb")
            #expect(door.delivery.placed.isEmpty)
            #expect(await door.storage.homes(in: "default").isEmpty)
        }
    }

    @Test func `takes nothing from the body, whatever its type`() async throws {
        try await withEndpoint { door in
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded; charset=UTF-8"]
            let response = try await door.post(Self.query, "x=1&filename=evil&folder=elsewhere&test=True", form)
            #expect(try response.fields["path"] == "/home/alice/F/N.ipynb")
            #expect(try await door.post("?token=alice-1&folder=F", "filename=N", form).status == .badRequest)
        }
    }

    @Test(
        arguments: [
            (HTTPRequest.Method.get, 400), (.head, 400), (.put, 405), (.delete, 405), (.patch, 405), (.options, 204),
        ]
    )
    func `answers other methods`(method: HTTPRequest.Method, status: Int) async throws {
        try await withEndpoint { door in
            for path in ["", "/", "/any/path", "/a%2Fb//c"] {
                let response = try await door.send(method, path + Self.query)
                #expect(response.status.code == status)
                #expect(response.headers[.accessControlAllowOrigin] == "https://openbis.example.org")
                #expect(response.headers[.accessControlAllowHeaders] == "x-requested-with, content-type")
                #expect(response.headers[.accessControlAllowMethods] == "POST, GET, OPTIONS")
            }
        }
    }

    @Test(
        arguments: [
            ("?folder=F&filename=N", 400, "HTTP 400: Bad Request (Missing argument token)"),
            ("?token=mallory-1&folder=F&filename=N", 401, "token is invalid"),
            ("?token=dashless&folder=F&filename=N", 401, "token is invalid"),
            ("?token=gone-1&folder=F&filename=N", 401, "User gone does not exist on host system"),
            ("?token=down-1&folder=F&filename=N", 503, "It is down."),
            ("?token=alice-1&folder=b2drop/x&filename=N", 400, "HTTP 400: Bad Request (the folder “b2drop” shows"),
            ("?token=alice-1&folder=..&filename=N", 400, "HTTP 400: Bad Request (the folder leads upwards)"),
        ]
    )
    func `says what is wrong, without the token`(query: String, status: Int, message: String) async throws {
        try await withEndpoint { door in
            let response = try await door.post(query, "{}")
            #expect(response.status.code == status)
            #expect(try response.fields["message"]?.hasPrefix(message) == true, "\(String(buffer: response.body))")
            #expect(try Array(response.fields.keys) == ["message"])
            #expect(!String(buffer: response.body).contains("-1"))
            #expect(response.headers[.accessControlAllowOrigin] == "https://openbis.example.org")
            #expect(door.delivery.placed.isEmpty)
        }
    }

    @Test func `says how long to wait`() async throws {
        try await withEndpoint { door in
            let response = try await door.post("?token=often-1&folder=F&filename=N", "{}")
            #expect(response.status == .tooManyRequests)
            #expect(response.headers[.retryAfter] == "9")
        }
    }

    @Test func `tells a home that is over its quota from one that can't be made`() async throws {
        try await withEndpoint { door in
            door.storage.fail(.homeFull(used: ByteCount(bytes: 2_000), quota: ByteCount(bytes: 1_000)))
            let response = try await door.post(Self.query, "{}")
            #expect(response.status == .internalServerError)
            #expect(try response.fields["message"]?.hasPrefix("unable to write file N.ipynb: ") == true)
        }
    }

    @Test func `says what went wrong in the home`() async throws {
        try await withEndpoint { door in
            for (failure, status, message) in [
                (
                    HomeDeliveryError.folder(.badPath("F")), 400,
                    "HTTP 400: Bad Request (the folder “F” leads through a link"
                ),
                (.folder(.full), 500, "unable to create directory F: Your home has no room for it."),
                (.file(.full), 500, "unable to write file N.ipynb: Your home has no room for it."),
            ] {
                door.delivery.fail(failure)
                let response = try await door.post(Self.query, "{}")
                #expect(response.status.code == status)
                #expect(try response.fields["message"]?.hasPrefix(message) == true, "\(String(buffer: response.body))")
            }
            door.delivery.fail(nil)
            door.storage.fail(.cannotPrepareHome(path: "/h", reason: "the disk is broken"))
            let response = try await door.post(Self.query, "{}")
            #expect(response.status == .internalServerError)
            let message = try #require(try response.fields["message"])
            #expect(message.hasPrefix("User alice cannot be created on the host system"))
            #expect(door.delivery.placed.isEmpty)
        }
    }

    @Test func `takes no more than the limit, whether or not its size was said`() async throws {
        try await withEndpoint { settings in
            settings.largestNotebook = ByteCount(bytes: 2_000)
        } _: { door in
            #expect(try await door.post(Self.query, String(repeating: "x", count: 2_000)).status == .ok)
            let text = String(repeating: "x", count: 2_001)
            let response = try await door.post(Self.query, text)
            #expect(response.status == .contentTooLarge)
            #expect(try response.fields["message"]?.hasPrefix("The notebook is larger than 2 kB.") == true)
            #expect(door.delivery.placed.count == 1)
        }
    }

    @Test func `keeps nothing that didn't arrive whole, or took longer than a person waits`() async throws {
        try await withEndpoint { door in
            for (length, broken, late, expected) in [
                (8, false, false, IntegrationError.cutOff), (nil, true, false, .cutOff), (nil, false, true, .tooSlow),
                (200_000_000, false, false, .tooLarge(limit: ByteCount(bytes: 100_000_000))),
            ] as [(Int64?, Bool, Bool, IntegrationError)] {
                let body = Arrival(breaks: broken, clock: late ? door.clock : nil)
                let settings = try #require(door.desk.settings())
                let request = try IntegrationRequest(query: String(Self.query.dropFirst()))
                await #expect(throws: expected) {
                    try await door.desk.carryOut(
                        request,
                        settings,
                        length: length,
                        from: ClientConnection(),
                        body: body
                    )
                }
            }
            #expect(door.delivery.placed.isEmpty)
        }
    }

    @Test func `tells the pages that the operator names, and refuses others`() async throws {
        try await withEndpoint { settings in
            settings.allowedOrigins = ["https://eln.example.org"].compactMap { AllowedOrigin(text: $0) }
        } _: { door in
            let theirs = try await door.post(Self.query, "{}", [.origin: "https://eln.example.org"])
            #expect(theirs.status == .ok)
            #expect(theirs.headers[.accessControlAllowOrigin] == "https://eln.example.org")
            #expect(theirs.headers[.vary] == "Origin")
            for origin in [
                "https://openbis.example.org", "https://evil.example", "null", "https://eln.example.org:8443",
            ] {
                let response = try await door.post(Self.query, "{}", [.origin: origin])
                #expect(response.status == .forbidden)
                #expect(response.headers[.accessControlAllowOrigin] == nil)
            }
            #expect(door.delivery.placed.count == 1)
        }
        try await withEndpoint {
            $0.allowedOrigins = [.any]
        } _: { door in
            let response = try await door.post(Self.query, "{}", [.origin: "https://evil.example"])
            #expect(response.status == .ok)
            #expect(response.headers[.accessControlAllowOrigin] == "*")
        }
    }
}

// MARK: - The endpoint

private struct Door {
    let client: any TestClientProtocol
    let desk: IntegrationDesk
    let clock: HandClock
    let delivery: FakeDelivery
    let storage: FakeHomeStorage

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ headers: HTTPFields = [:],
        body: String? = nil,
    ) async throws -> TestResponse {
        try await client.execute(
            uri: IntegrationEndpoint.path + path,
            method: method,
            headers: headers,
            body: body.map { ByteBuffer(string: $0) },
        )
    }

    func post(_ query: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.post, "/" + query, headers, body: body)
    }
}

/// Four bytes on their way; where there is a clock they take too long.
private struct Arrival: AsyncSequence, AsyncIteratorProtocol {
    let breaks: Bool
    let clock: HandClock?
    private var isOver = false

    init(breaks: Bool, clock: HandClock?) {
        (self.breaks, self.clock) = (breaks, clock)
    }

    mutating func next() async throws -> ByteBuffer? {
        guard !isOver else {
            if breaks { throw CancellationError() }
            return nil
        }
        isOver = true
        clock?.advance(by: IntegrationDesk.patience + 1)
        return ByteBuffer(string: "half")
    }

    func makeAsyncIterator() -> Self { self }
}

extension TestResponse {
    fileprivate var fields: [String: String] {
        get throws { try JSONDecoder().decode([String: String].self, from: Data(body.readableBytesView)) }
    }
}

/// An endpoint for alice, and for `gone` who has no account; `down` is somebody of an openBIS that doesn't answer, `often` somebody
/// who has to wait.
private func withEndpoint(
    _ change: @escaping @Sendable (inout OpenBISIntegrationSettings) -> Void = { _ in },
    _ body: @escaping @Sendable (Door) async throws -> Void,
) async throws {
    try await withHub { hub in
        let delivery = FakeDelivery()
        let alice = try await hub.addUser("alice")
        var settings = OpenBISIntegrationSettings()
        settings.authenticator = "openbis"
        change(&settings)
        let all = IntegrationDesk.Settings(
            integration: settings,
            ownOrigins: [try #require(WebOrigin(text: "https://openbis.example.org"))],
            covered: ["b2drop"],
            homes: AdmissionDesk.Settings(homes: "/homes", uids: nil, hasOwnUsers: true),
        )
        let desk = IntegrationDesk(
            settings: { all },
            owner: { token, _ in
                switch token {
                case "alice-1": return alice
                case "gone-1": throw IntegrationError.noUser("gone")
                case "down-1": throw HubError.providerSilent(message: "It is down.", remedy: "Wait.")
                case "often-1": throw HubError.tooManyAttempts(wait: .seconds(9))
                default: throw IntegrationError.badToken
                }
            },
            homes: hub.homes,
            delivery: delivery,
            folder: NSTemporaryDirectory(),
            work: WorkAtOnce(),
        )
        let router = Router(context: HubContext.self, options: .autoGenerateHeadEndpoints)
        router.addRoutes(IntegrationEndpoint(desk: desk).endpoints)
        try await Application(router: router, logger: .quiet).test(.router) { client in
            try await body(Door(client: client, desk: desk, clock: hub.clock, delivery: delivery, storage: hub.storage))
        }
    }
}
