import Testing

@testable import CarrelProxy

@Suite struct OriginShieldTests {
    private let shield = OriginShield(prefix: "/user/a@x.org")

    @Test(arguments: [
        "id=1; Path=/user/a@x.org/", "id=1; path=/user/a%40x.org/lab; HttpOnly", "id=1", "id=1; Secure; SameSite=Lax",
        "id=1; Path=/user/a@x.org",
    ])
    func `a cookie for the server's own prefix passes`(cookie: String) {
        #expect(!shield.refusesCookie(cookie))
    }

    @Test(arguments: [
        "id=1; Path=/", "id=1; Path=/hub/", "id=1; PATH = /user/b/", "id=1; Path=/user/a@x.organ/", "id=1; Path",
        "id=1; Domain=x.org", "id=1; Path=/user/a@x.org/; Path=/", "id=1; Path=/user/a@x.org/%2e%2e/b",
        "id=1; Path=/%zz",
        "__Host-id=1; Secure; Path=/",
    ])
    func `a cookie that reaches further is kept back`(cookie: String) {
        #expect(shield.refusesCookie(cookie))
    }
}
