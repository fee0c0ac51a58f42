import CarrelModel
import Foundation
import Testing

@testable import CarrelHub

@Suite struct `The environment of a server` {
    private func values(of key: ServerKey, publicURL: String? = nil) -> [String: String] {
        ServerVariables(
            key: key,
            token: "0123456789abcdef0123456789abcdef",
            accessScopes: ServerLaunch.accessScopes(of: key),
            publicURL: publicURL,
            defaultURL: "/lab",
            home: "/home/ada",
            hubSocket: "/run/carrel/hub/hub.sock",
            serverSocket: "/run/carrel/server/server.sock",
        ).values
    }

    @Test func `of a default server, spelled out`() throws {
        let api = "http+unix://%2Frun%2Fcarrel%2Fhub%2Fhub.sock/hub/api"
        let scopes = #"["access:servers!server=ada/", "access:servers!user=ada"]"#
        #expect(
            try values(of: .of("ada")) == [
                "JUPYTERHUB_API_TOKEN": "0123456789abcdef0123456789abcdef",
                "JPY_API_TOKEN": "0123456789abcdef0123456789abcdef",
                "JUPYTERHUB_CLIENT_ID": "jupyterhub-user-ada",
                "JUPYTERHUB_OAUTH_CALLBACK_URL": "/user/ada/oauth_callback",
                "JUPYTERHUB_OAUTH_ACCESS_SCOPES": scopes,
                "JUPYTERHUB_OAUTH_SCOPES": scopes,
                "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES": "[]",
                "JUPYTERHUB_USER": "ada",
                "JUPYTERHUB_SERVER_NAME": "",
                "JUPYTERHUB_API_URL": api,
                "JUPYTERHUB_ACTIVITY_URL": api + "/users/ada/activity",
                "JUPYTERHUB_BASE_URL": "/",
                "JUPYTERHUB_SERVICE_PREFIX": "/user/ada/",
                "JUPYTERHUB_SERVICE_URL": "http+unix://%2Frun%2Fcarrel%2Fserver%2Fserver.sock/user/ada/",
                "JUPYTERHUB_HOST": "",
                "JUPYTERHUB_PUBLIC_URL": "",
                "JUPYTERHUB_PUBLIC_HUB_URL": "",
                "JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED": "0",
                "JUPYTERHUB_ROOT_DIR": "/home/ada",
                "JUPYTERHUB_DEFAULT_URL": "/lab",
            ]
        )
    }

    @Test func `of a named server of somebody with an exotic name`() throws {
        let values = try values(of: .of("Ü\"\\@x.org", "gpu"), publicURL: "https://hub.example.org")
        let prefix = "/user/%C3%BC%22%5C@x.org/gpu/"
        #expect(values["JUPYTERHUB_USER"] == "ü\"\\@x.org")
        #expect(values["JUPYTERHUB_SERVER_NAME"] == "gpu")
        #expect(values["JUPYTERHUB_SERVICE_PREFIX"] == prefix)
        #expect(values["JUPYTERHUB_OAUTH_CALLBACK_URL"] == prefix + "oauth_callback")
        #expect(values["JUPYTERHUB_ACTIVITY_URL"]?.hasSuffix("/users/%C3%BC%22%5C@x.org/activity") == true)
        #expect(values["JUPYTERHUB_PUBLIC_URL"] == "https://hub.example.org" + prefix)
        #expect(values["JUPYTERHUB_PUBLIC_HUB_URL"] == "https://hub.example.org/hub/")
        let scopes = try #require(values["JUPYTERHUB_OAUTH_ACCESS_SCOPES"])
        let decoded = try JSONDecoder().decode([String].self, from: Data(scopes.utf8))
        #expect(decoded == ["access:servers!server=ü\"\\@x.org/gpu", "access:servers!user=ü\"\\@x.org"])
    }
}
