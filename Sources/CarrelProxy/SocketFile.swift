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
    /// Binds a socket: a private one is from its first instant open to its owner only, a public one to everybody who
    /// reaches its folder.
    ///
    /// The mask is the process's, so it is put back at once.
    static func binding(
        isPrivate: Bool,
        _ bind: () -> EventLoopFuture<any Channel>
    ) async throws -> any Channel {
        let before = umask(isPrivate ? 0o177 : 0o111)
        defer { umask(before) }
        return try await bind().get()
    }
}

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
