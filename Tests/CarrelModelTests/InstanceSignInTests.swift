import Testing

@testable import CarrelModel

@Suite struct InstanceSignInTests {
    private static func file(_ ways: String) -> String {
        """
        hub: {publicURL: 'https://h.org'}
        authenticators: {egi: {issuer: 'https://x.org', clientID: c}}
        instances: {lakes: {signIn: \(ways)}}
        """
    }

    @Test func `an instance names ways to sign in`() throws {
        #expect(try configuration(Self.file("[egi, local]")).instances.first?.signIn == ["egi", "local"])
        #expect(try configuration("instances: {lakes: {}}").instances.first?.signIn == [])
    }

    @Test func `what earlier versions stored names none`() throws {
        #expect(try InstanceSettings(name: "lakes", json: "{}").signIn == [])
        var settings = InstanceSettings(name: "lakes")
        settings.signIn = ["egi"]
        #expect(try InstanceSettings(name: "lakes", json: settings.json()) == settings)
    }

    @Test(arguments: [
        ("[other]", "instances.lakes.signIn: found other, expected an authenticator that the file has, or local"),
        ("['a b']", "instances.lakes.signIn[0]: found “a b”, expected the name of an authenticator, or local"),
        ("[egi, egi]", "instances.lakes.signIn: found egi twice"),
    ])
    func `what can't be is refused at its place`(ways: String, expected: String) {
        let found = problems(Self.file(ways))
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }
}
