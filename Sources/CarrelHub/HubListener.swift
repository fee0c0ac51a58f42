import CarrelData
import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// One of the hub's two Unix sockets.
enum HubListener {
    /// Who may connect to a socket.
    enum Audience {
        /// The proxy: nobody but the hub's own user.
        case proxy
        /// All servers, and so everybody's code.
        case servers

        /// The socket file's mode.
        var mode: Int { self == .proxy ? 0o600 : 0o666 }

        /// How long a connection may be silent, also in the middle of a request's head; the proxy closes its own.
        var idleTimeout: TimeAmount? { self == .proxy ? nil : .seconds(60) }

        /// How many connections each user of the machine may have open, so that one can't keep the others out.
        var mostOfOnePeer: Int { self == .proxy ? 8_192 : 64 }

        /// How many connections are taken at a time, so that servers can't use up the hub's descriptors.
        var mostConnections: Int { self == .proxy ? 8_192 : 2_048 }
    }

    /// An application that listens on a socket; one that an earlier hub left is replaced.
    static func application(
        _ router: Router<HubContext>,
        socket: String,
        for audience: Audience,
        logger: Logger,
    ) -> some ApplicationProtocol {
        let peers = PeerCounts()
        var application = Application(
            router: router,
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [PeerLimitHandler(peers, most: audience.mostOfOnePeer)],
                    idleTimeout: audience.idleTimeout,
                )
            ),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket),
                serverName: nil,
                availableConnectionsDelegate: MaximumAvailableConnections(audience.mostConnections),
            ),
            onServerRunning: { _ in
                do {
                    try FileManager.default.setAttributes([.posixPermissions: audience.mode], ofItemAtPath: socket)
                } catch {
                    logger.error("hub.socketMode", metadata: ["socket": "\(socket)", "error": "\(error)"])
                }
            },
            logger: logger,
        )
        application.beforeServerStarts {
            // Only the holder of the state directory's lock comes here, so nobody listens on it.
            if unlink(socket) != 0, errno != ENOENT {
                throw HubError.stateUnusable(path: socket, reason: String(cString: strerror(errno)))
            }
        }
        return application
    }
}
