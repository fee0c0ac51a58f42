import CarrelModel
import Foundation

/// What `carrel serve` says to the person at the terminal.
enum Announcement {
    /// The first admin's name and one-time password.
    static func firstAdmin(name: UserName, password: String) {
        say(
            """

              This is the first start. Sign in with
                  user name  \(name)
                  password   \(password)
              The password works once: you choose your own when you sign in.

            """
        )
    }

    /// Says where the hub is.
    static func ready(_ configuration: Configuration) {
        let shown = addresses(of: configuration).joined(separator: ", ")
        say("Carrel is at \(shown)  (Ctrl-C ends it; running servers go on)")
    }

    /// Where browsers find the hub: its public address, if it has one, else those that it listens on.
    static func addresses(of configuration: Configuration) -> [String] {
        if let publicURL = configuration.hub.publicURL { return ["\(publicURL)"] }
        return configuration.proxy.listen.map { address in
            switch address {
            case .tcp(let host, let port):
                let scheme = configuration.proxy.tls == nil ? "http" : "https"
                let name = host == "0.0.0.0" || host == "::" ? "localhost" : host.contains(":") ? "[\(host)]" : host
                return "\(scheme)://\(name):\(port)"
            case .unix(let path): return "unix:\(path)"
            }
        }
    }

    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
