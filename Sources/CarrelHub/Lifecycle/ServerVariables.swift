import CarrelModel
import Foundation

/// The environment in which a stock `jupyterhub-singleuser` finds its hub (reference 1.3).
struct ServerVariables {
    let key: ServerKey
    /// The server's own API token; also its OAuth client secret.
    let token: String
    /// The scopes of which one opens this server.
    let accessScopes: [String]
    /// The public address of the hub, if one is configured, without a trailing slash.
    let publicURL: String?
    /// The page a server opens with, such as `/lab`.
    let defaultURL: String
    /// The home inside the sandbox.
    let home: String
    /// The hub's socket inside the sandbox.
    let hubSocket: String
    /// The server's own socket inside the sandbox.
    let serverSocket: String

    var values: [String: String] {
        let api = "http+unix://\(Self.host(hubSocket))/hub/api"
        let scopes = Self.json(accessScopes)
        return [
            "JUPYTERHUB_API_TOKEN": token,
            "JPY_API_TOKEN": token,
            "JUPYTERHUB_CLIENT_ID": key.oauthClientID,
            "JUPYTERHUB_OAUTH_CALLBACK_URL": key.prefix + "oauth_callback",
            "JUPYTERHUB_OAUTH_ACCESS_SCOPES": scopes,
            "JUPYTERHUB_OAUTH_SCOPES": scopes,
            "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES": "[]",
            "JUPYTERHUB_USER": key.user.text,
            "JUPYTERHUB_SERVER_NAME": key.server.text,
            "JUPYTERHUB_API_URL": api,
            "JUPYTERHUB_ACTIVITY_URL": "\(api)/users/\(key.user.pathSegment)/activity",
            "JUPYTERHUB_BASE_URL": "/",
            "JUPYTERHUB_SERVICE_PREFIX": key.prefix,
            "JUPYTERHUB_SERVICE_URL": "http+unix://\(Self.host(serverSocket))\(key.prefix)",
            "JUPYTERHUB_HOST": "",
            "JUPYTERHUB_PUBLIC_URL": publicURL.map { $0 + key.prefix } ?? "",
            "JUPYTERHUB_PUBLIC_HUB_URL": publicURL.map { $0 + "/hub/" } ?? "",
            "JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED": "0",
            "JUPYTERHUB_ROOT_DIR": home,
            "JUPYTERHUB_DEFAULT_URL": defaultURL,
        ]
    }

    /// A socket's path as the host part of an `http+unix` URL.
    static func host(_ path: String) -> String {
        path.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~")))
            ?? path
    }

    private static func json(_ scopes: [String]) -> String {
        let quoted = scopes.map { scope in
            "\"" + scope.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        return "[\(quoted.joined(separator: ", "))]"
    }
}
