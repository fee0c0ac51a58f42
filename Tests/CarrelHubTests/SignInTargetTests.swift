import CarrelModel
import Testing

@testable import CarrelHub

@Suite struct SignInTargetTests {
    @Test(arguments: [
        "/hub/enter/lakes", "/hub/enter/lakes?next=/x", "/hub/catalogue/lakes/open/a/b", "/hub/user-redirect/lakes/lab",
    ])
    func `an address of an instance leads there`(path: String) throws {
        #expect(SignInTarget(path) == .instance(try InstanceName("lakes")))
    }

    @Test(arguments: [
        "/hub/spawn/ada/lakes", "/hub/spawn-pending/ada/lakes?next=x", "/user/ada/lakes/lab", "/user/%61da/lakes",
    ])
    func `so does that of a server`(path: String) throws {
        #expect(SignInTarget(path) == .server(try ServerName("lakes")))
    }

    @Test(arguments: ["/user/ada", "/user/ada/", "/user/ada/My%20Files", "/hub/spawn/ada"])
    func `what names no server is the default one`(path: String) {
        #expect(SignInTarget(path) == .server(.default))
    }

    @Test func `a server that lets its user in is known by its name in OAuth`() {
        let path = "/hub/api/oauth2/authorize?response_type=code&client_id=jupyterhub-user-ada-lakes&state=x"
        #expect(SignInTarget(path) == .client("jupyterhub-user-ada-lakes"))
    }

    @Test(arguments: [
        "", "/", "/hub", "/hub/", "/hub/home", "/hub/enter", "/hub/enter/..", "/hub/api/users/ada", "/user", "//x",
    ])
    func `other addresses lead to none in particular`(path: String) {
        #expect(SignInTarget(path) == nil)
    }
}
