import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import CarrelHub

/// A report and its answer (reference 1.5); `noon` is 2027-01-15 08:00 UTC.
struct ActivityRow: CustomTestStringConvertible, Sendable {
    let body: String
    let status: Int
    /// Seconds from noon that the default server was last active after it.
    var server: TimeInterval?
    /// The same for the user.
    var user: TimeInterval?

    var testDescription: String { body }
}

@Suite struct `Activity that servers report` {
    @Test(arguments: [
        ActivityRow(
            body:
                #"{"servers": {"": {"last_activity": "2027-01-15T08:10:00.000000Z"}}, "last_activity": "2027-01-15T08:10:00Z"}"#,
            status: 200,
            server: 600,
            user: 600
        ),
        ActivityRow(
            body: #"{"servers": {"": {"last_activity": "2027-01-15T08:10:00Z"}}}"#,
            status: 200,
            server: 600,
            user: 600
        ),
        ActivityRow(body: #"{"last_activity": "2027-01-15T08:10:00Z"}"#, status: 200, server: 0, user: 600),
        ActivityRow(body: #"{"servers": {}}"#, status: 200, server: 0, user: nil),
        // Times move forward only.
        ActivityRow(
            body: #"{"servers": {"": {"last_activity": "2027-01-15T07:00:00Z"}}}"#,
            status: 200,
            server: 0,
            user: -3600
        ),
        // A clock that runs a little ahead is believed up to now.
        ActivityRow(
            body: #"{"servers": {"": {"last_activity": "2027-01-15T09:29:00Z"}}}"#,
            status: 200,
            server: 1800,
            user: 1800
        ),
        ActivityRow(body: #"{"servers": {"": {"last_activity": "2027-01-15T09:31:00Z"}}}"#, status: 400),
        ActivityRow(body: "{}", status: 400),
        ActivityRow(body: "", status: 400),
        ActivityRow(body: "[]", status: 400),
        ActivityRow(body: "nonsense", status: 400),
        ActivityRow(body: #"{"servers": {"other": {"last_activity": "2027-01-15T08:10:00Z"}}}"#, status: 400),
        ActivityRow(
            body:
                #"{"last_activity": "2027-01-15T08:10:00Z", "servers": {"x": {"last_activity": "2027-01-15T08:10:00Z"}}}"#,
            status: 400
        ),
        ActivityRow(body: #"{"last_activity": "yesterday"}"#, status: 400),
        ActivityRow(body: #"{"last_activity": 1800000000}"#, status: 400),
        ActivityRow(body: #"{"servers": {"": {}}}"#, status: 400),
    ])
    func `a report moves times forward or is refused whole`(row: ActivityRow) async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let token = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            hub.clock.advance(by: 1_800)
            let response = try await hub.back.execute(
                uri: "/hub/api/users/ada/activity",
                method: .post,
                headers: .token(token),
                body: ByteBuffer(string: row.body),
            )
            #expect(response.status.code == row.status, "\(response.text)")
            if row.status == 200 { #expect(response.body.readableBytes == 0) }
            let server = try #require(try await hub.servers.row(.of("ada")))
            #expect(server.lastActivityAt == noon.addingTimeInterval(row.server ?? 0))
            let user = try #require(try await hub.store.users.named(UserName(normalizing: "ada")))
            #expect(user.lastActivityAt == row.user.map { noon.addingTimeInterval($0) })
        }
    }

    @Test func `nobody reports for somebody else`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            try await hub.addUser("bob")
            let token = try #require(try await hub.run(.of("ada")).variables["JUPYTERHUB_API_TOKEN"])
            let body = ByteBuffer(string: #"{"last_activity": "2027-01-15T08:00:00Z"}"#)
            func report(_ path: String, _ headers: HTTPFields) async throws -> TestResponse {
                try await hub.back.execute(uri: path, method: .post, headers: headers, body: body)
            }
            #expect(try await report("/hub/api/users/bob/activity", .token(token)).status == .notFound)
            #expect(try await report("/hub/api/users/ada/activity", [:]).status == .forbidden)
            let weak = try await hub.token(of: "ada", scopes: ["read:users:name!user=ada"])
            #expect(try await report("/hub/api/users/ada/activity", .token(weak)).status == .forbidden)
        }
    }

    @Test func `a report that is too large is refused`() async throws {
        try await withHub { hub in
            try await hub.addUser("ada")
            let response = try await hub.back.execute(
                uri: "/hub/api/users/ada/activity",
                method: .post,
                headers: .token(hub.token(of: "ada")),
                body: ByteBuffer(repeating: UInt8(ascii: " "), count: 300_000),
            )
            #expect((400..<500).contains(response.status.code), "\(response.status)")
        }
    }

    @Test(arguments: [
        ("2027-01-15T08:00:00Z", 0.0), ("2027-01-15T08:00:00.5Z", 0.5), ("2027-01-15T08:00:00.123456Z", 0.123456),
        ("2027-01-15T09:00:00+01:00", 0), ("2027-01-15T09:00:00.25+01:00", 0.25),
        ("2027-01-15T08:00:00.123456789Z", 0.123456789),
    ])
    func `times are read with any fraction and zone`(text: String, seconds: TimeInterval) throws {
        let date = try #require(APITime.date(text))
        #expect(abs(date.timeIntervalSince(noon) - seconds) < 1e-6)
    }

    @Test(arguments: [
        "", "now", "2027-01-15", "2027-13-15T08:00:00Z", "2027-01-15T08:00:00.Z", "2027-01-15T08:00:00.1234567890Z",
        "2027-01-15T08:00:00.1",
    ])
    func `what isn't a time is none`(text: String) {
        #expect(APITime.date(text) == nil)
    }

    @Test(arguments: [
        (0.0, "2027-01-15T08:00:00.000000Z"), (0.5, "2027-01-15T08:00:00.500000Z"),
        (-0.25, "2027-01-15T07:59:59.750000Z"),
        (86_399.125, "2027-01-16T07:59:59.125000Z"),
    ])
    func `times are written in UTC with six digits`(seconds: TimeInterval, text: String) {
        #expect(APITime.text(noon.addingTimeInterval(seconds)) == text)
    }
}
