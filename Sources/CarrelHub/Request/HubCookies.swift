import CarrelAuth
import Foundation
import HTTPTypes
import Hummingbird

/// The hub's cookies, named as JupyterHub's (reference 1.12), so that stock servers and scripts find them.
enum HubCookies {
    /// The secret of a signed-in browser; sent to the hub only.
    static let login = "jupyterhub-hub-login"
    /// Tells browsers apart, also before they sign in; servers see it and bind what they remember to it.
    static let session = "jupyterhub-session-id"
    /// What forms and scripts must send back.
    static let xsrf = "_xsrf"

    /// All values that a request has for a cookie, in the browser's order: the one with the longest path first.
    ///
    /// More than one means that a page under another path tried to plant its own (reference 6.3, 2), so none is simply believed.
    static func values(of name: String, in headers: HTTPFields) -> [String] {
        headers[values: .cookie].flatMap { $0.split(separator: ";") }.compactMap { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == name else { return nil }
            return parts[1].trimmingCharacters(in: .whitespaces)
        }
    }

    /// Whether an answer sets one of these cookies.
    static func sets(_ names: [String], in headers: HTTPFields) -> Bool {
        headers[values: .setCookie].contains { value in names.contains { value.hasPrefix($0 + "=") } }
    }

    static func loginCookie(_ secret: Secret, lifetime: Duration, isSecure: Bool) -> Cookie {
        Cookie(
            name: login,
            value: secret.reveal(),
            maxAge: Int(lifetime.seconds),
            path: HubPath.prefix,
            secure: isSecure,
            httpOnly: true,
            sameSite: .lax,
        )
    }

    static func sessionCookie(_ mark: Secret, isSecure: Bool) -> Cookie {
        Cookie(name: session, value: mark.reveal(), path: "/", secure: isSecure, httpOnly: true, sameSite: .lax)
    }

    static func xsrfCookie(_ value: String, isSecure: Bool) -> Cookie {
        Cookie(name: xsrf, value: value, path: HubPath.prefix, secure: isSecure, httpOnly: false, sameSite: .lax)
    }

    /// Cookies that remove login cookies that somebody planted at the path of a request or above it; ours stays.
    static func planted(path: String, isSecure: Bool) -> [Cookie] {
        var paths = ["/"]
        var prefix = ""
        for part in path.split(separator: "/").prefix(8) {
            prefix += "/" + part
            paths += [prefix, prefix + "/"]
        }
        return paths.filter { $0 != HubPath.prefix }.map { path in
            Cookie(name: login, value: "", maxAge: 0, path: path, secure: isSecure, httpOnly: true, sameSite: .lax)
        }
    }

    /// Cookies that make the browser forget a sign-in.
    static func forgotten(isSecure: Bool) -> [Cookie] {
        [(login, HubPath.prefix), (session, "/"), (xsrf, HubPath.prefix)].map { name, path in
            Cookie(
                name: name,
                value: "",
                maxAge: 0,
                path: path,
                secure: isSecure,
                httpOnly: name != xsrf,
                sameSite: .lax
            )
        }
    }
}
