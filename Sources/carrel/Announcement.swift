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

    /// Where the hub is.
    static func ready(_ configuration: Configuration) {
        let addresses = configuration.proxy.listen.map { address in
            switch address {
            case .tcp(let host, let port):
                let scheme = configuration.proxy.tls == nil ? "http" : "https"
                let name = host == "0.0.0.0" || host == "::" ? "localhost" : host.contains(":") ? "[\(host)]" : host
                return "\(scheme)://\(name):\(port)"
            case .unix(let path): return "unix:\(path)"
            }
        }
        let shown = configuration.hub.publicURL.map { ["\($0)"] } ?? addresses
        say("Carrel is at \(shown.joined(separator: ", "))  (Ctrl-C ends it; running servers go on)")
    }

    private static func say(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }
}
