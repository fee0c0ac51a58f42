import Glibc
public import NIOCore
import Synchronization

/// How many connections each user id of the machine has open on a socket.
public final class PeerCounts: Sendable {
    private let counts = Mutex<[uid_t: Int]>([:])

    /// Counts from none.
    public init() {}

    /// Notes one more, unless there are as many as there may be.
    func isAdmitted(_ uid: uid_t, most: Int) -> Bool {
        counts.withLock { counts in
            guard counts[uid, default: 0] < most else { return false }
            counts[uid, default: 0] += 1
            return true
        }
    }

    /// Notes that one has closed.
    func leave(_ uid: uid_t) {
        counts.withLock { counts in
            let left = (counts[uid] ?? 1) - 1
            counts[uid] = left > 0 ? left : nil
        }
    }
}

/// Closes a connection to a Unix socket whose user has enough of them open already.
///
/// Who that is comes from the kernel (`SO_PEERCRED`, unix(7)), so it can't be made up.
public final class PeerLimitHandler: ChannelInboundHandler, RemovableChannelHandler {
    /// Whatever comes is passed on.
    public typealias InboundIn = Any

    /// The kernel's `struct ucred`.
    private struct Credentials {
        var pid: pid_t = 0
        var uid: uid_t = 0
        var gid: gid_t = 0
    }

    private let counts: PeerCounts
    private let most: Int
    private var uid: uid_t?

    /// Makes the handler of one connection.
    ///
    /// - Parameters:
    ///   - counts: those of the socket.
    ///   - most: how many connections a user of the machine may have open on it.
    public init(_ counts: PeerCounts, most: Int) {
        self.counts = counts
        self.most = most
    }

    /// Looks at a connection that is open already.
    public func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { look(context) }
    }

    /// Looks at a connection that has been opened.
    public func channelActive(context: ChannelHandlerContext) {
        look(context)
        context.fireChannelActive()
    }

    /// Asks the kernel who it is, and closes the connection if that one has enough.
    private func look(_ context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else {
            return context.close(promise: nil)
        }
        let peer: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket,
            name: NIOBSDSocket.Option(rawValue: SO_PEERCRED),
        )
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        peer.whenComplete { result in
            let (handler, context) = loopBound.value
            guard context.channel.isActive, case .success(let peer) = result,
                handler.counts.isAdmitted(peer.uid, most: handler.most)
            else { return context.close(promise: nil) }
            handler.uid = peer.uid
        }
    }

    /// Counts a connection no more.
    public func channelInactive(context: ChannelHandlerContext) {
        if let uid { counts.leave(uid) }
        uid = nil
        context.fireChannelInactive()
    }
}
