import Testing

@testable import CarrelProxy

@Suite struct ControlAPITests {
    private let api = ControlAPI(token: "s3cret")

    private func ask(
        _ method: String,
        _ target: String,
        _ table: inout RouteTable,
        body: String = "",
        authorization: String? = "token s3cret",
        now: Int64 = 1_000
    ) -> (status: Int, body: String) {
        let request = ControlAPI.Request(
            method: method,
            target: target,
            authorization: authorization,
            body: Array(body.utf8)
        )
        let answer = api.respond(to: request, table: &table, now: now)
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    @Test func `a route is added, shown, listed and deleted`() {
        var table = RouteTable()
        let body = #"{"target":"http://127.0.0.1:9","user":"ü","n":[1,2.5,null,true,{"a":"b"}]}"#
        let shown =
            #"{"connections":0,"last_activity":"1970-01-01T00:00:01.000Z","n":[1,2.5,null,true,{"a":"b"}],"#
            + #""requests":0,"target":"http://127.0.0.1:9","user":"ü"}"#
        #expect(ask("POST", "/api/routes/user/%C3%BC%40x", &table, body: body).status == 201)
        #expect(ask("GET", "/api/routes/user/%C3%BC@x", &table) == (200, shown))
        #expect(ask("GET", "/api/routes", &table) == (200, #"{"/user/ü@x":\#(shown)}"#))
        #expect(ask("DELETE", "/api/routes/user/%C3%BC%40x", &table).status == 204)
        #expect(ask("DELETE", "/api/routes/user/%C3%BC%40x", &table).status == 404)
        #expect(ask("GET", "/api/routes/user/%C3%BC@x", &table).status == 404)
        #expect(ask("GET", "/api/routes/", &table) == (200, "{}"))
    }

    @Test func `the route for everything is posted to the root`() {
        var table = RouteTable()
        #expect(ask("POST", "/api/routes/", &table, body: #"{"target":"http://a"}"#).status == 201)
        #expect(ask("POST", "/api/routes", &table, body: #"{"target":"http://b"}"#).status == 201)
        #expect(table.routes.map(\.path) == ["/"])
        #expect(table.lookUp(path: "/x")?.target.url == "http://b")
    }

    @Test(arguments: [
        "", "{", "[]", #""x""#, "{}", #"{"target":1}"#, #"{"target":null}"#, #"{"target":"ftp://a"}"#,
        String(repeating: "[", count: 100_000),
    ])
    func `a body without a target is refused`(_ body: String) {
        var table = RouteTable()
        #expect(ask("POST", "/api/routes/a", &table, body: body).status == 400)
        #expect(table.count == 0)
    }

    @Test(arguments: [
        nil, "", "token", "token wrong", "token s3cret1", "token s3cre", "Bearer s3cret", "s3cret", "token s3cret x",
    ])
    func `without the token nothing is done`(_ authorization: String?) {
        var table = RouteTable()
        #expect(ask("GET", "/api/routes", &table, authorization: authorization).status == 403)
        #expect(
            ask("POST", "/api/routes/a", &table, body: #"{"target":"http://a"}"#, authorization: authorization).status
                == 403
        )
        #expect(ask("GET", "/elsewhere", &table, authorization: authorization).status == 403)
        #expect(table.count == 0)
    }

    @Test func `other methods and places are refused`() {
        var table = RouteTable()
        #expect(ask("PUT", "/api/routes/a", &table).status == 405)
        #expect(ask("PATCH", "/api/routes", &table).status == 405)
        #expect(ask("GET", "/api/routesx", &table).status == 404)
        #expect(ask("GET", "/", &table).status == 404)
    }

    @Test(arguments: ["inactive_since", "inactiveSince"])
    func `routes unused since a time are listed`(_ name: String) {
        var table = RouteTable()
        _ = ask("POST", "/api/routes/old", &table, body: #"{"target":"http://a"}"#, now: 1_000)
        _ = ask("POST", "/api/routes/new", &table, body: #"{"target":"http://a"}"#, now: 9_000)
        let listed = ask("GET", "/api/routes?\(name)=1970-01-01T00:00:05.000Z", &table)
        #expect(listed.body.contains("/old") && !listed.body.contains("/new"))
        #expect(ask("GET", "/api/routes?\(name)=yesterday", &table).status == 400)
        #expect(ask("GET", "/api/routes?\(name)=1970-01-01T02:00:05%2B02:00", &table).body == listed.body)
        #expect(ask("GET", "/api/routes?\(name)=1970-01-01T02:00:05+02:00", &table).body == listed.body)
    }
}

@Suite struct ISODateTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00.000Z", 0), ("2024-02-29T12:34:56.789Z", 1_709_210_096_789),
            ("1969-12-31T23:59:59.999Z", -1), ("2026-11-21T04:05:06.007Z", 1_795_233_906_007),
        ] as [(String, Int64)]
    )
    func `a date is written and read back`(_ text: String, _ milliseconds: Int64) {
        #expect(ISODate.write(milliseconds: milliseconds) == text)
        #expect(ISODate.read(text) == milliseconds)
    }

    @Test(
        arguments: [
            ("1970-01-02", 86_400_000), ("1970-01-01T00:00", 0), ("1970-01-01 00:00:01", 1000),
            ("1970-01-01T00:00:01.5", 1500), ("1970-01-01T00:00:01.123456+00:00", 1123),
            ("1970-01-01T01:00:00+0100", 0), ("1969-12-31T23:00:00-01:00", 0),
        ] as [(String, Int64)]
    )
    func `a date is read as people and Python write it`(_ text: String, _ milliseconds: Int64) {
        #expect(ISODate.read(text) == milliseconds)
    }

    @Test(arguments: ["", "x", "1970-13-01", "1970-01-01T25:00", "1970-01-01T00:00:00.", "1970-01-01T00:00Zz", "0"])
    func `what is no date is refused`(_ text: String) {
        #expect(ISODate.read(text) == nil)
    }
}
