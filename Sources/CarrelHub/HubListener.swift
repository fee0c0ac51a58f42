import Foundation
import Hummingbird
import Logging

/// One of the hub's two Unix sockets.
enum HubListener {
    /// An application that listens on a socket; one that an earlier hub left is replaced.
    ///
    /// The mode of the socket file says who may connect.
    static func application(
        _ router: Router<HubContext>,
        socket: String,
        mode: Int,
        logger: Logger,
    ) -> some ApplicationProtocol {
        var application = Application(
            router: router,
            configuration: ApplicationConfiguration(address: .unixDomainSocket(path: socket), serverName: nil),
            onServerRunning: { _ in
                do {
                    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: socket)
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
