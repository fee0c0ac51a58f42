import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Sockets in the file system and who may use them.
enum SocketFile {
    /// Makes a socket that is bound to its file: a private one is open to its owner only, a public one to everybody who
    /// reaches its folder.
    ///
    /// It doesn't listen yet, so nobody has connected before that is settled. What an earlier proxy left is replaced.
    static func bind(path: String, isPrivate: Bool) throws -> NIOBSDSocket.Handle {
        let address = try SocketAddress(unixDomainSocketPath: path)
        removeSocket(path)
        #if canImport(Glibc)
            let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        #elseif canImport(Musl)
            let kind = SOCK_STREAM | SOCK_CLOEXEC
        #else
            let kind = SOCK_STREAM
        #endif
        let handle = socket(AF_UNIX, kind, 0)
        guard handle >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        do {
            let result = address.withSockAddr { name, size in systemBind(handle, name, socklen_t(size)) }
            guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
            guard chmod(path, isPrivate ? 0o600 : 0o666) == 0 else { throw IOError(errnoCode: errno, reason: "chmod") }
            return handle
        } catch {
            close(handle)
            throw error
        }
    }

    /// Anything but a socket stays, and then is in the way.
    private static func removeSocket(_ path: String) {
        var found = stat()
        if lstat(path, &found) == 0, found.st_mode & S_IFMT == S_IFSOCK { unlink(path) }
    }
}

/// The system's `bind`, under a name that no type of ours has.
private let systemBind = bind

/// How many files and sockets this process may have open.
enum OpenFiles {
    /// Takes what the system grants; two descriptors go with every connection.
    static func raiseLimit() {
        var limit = rlimit()
        #if canImport(Glibc)
            let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        #else
            let resource = RLIMIT_NOFILE
        #endif
        guard getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(resource, &limit)
    }
}
