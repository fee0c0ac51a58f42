import Glibc

/// Tells when something happens to a file or in a folder.
struct FileWatch: Sendable {
    /// Becomes readable when something happened.
    let descriptor: Descriptor

    /// What to watch for.
    struct Events: OptionSet {
        let rawValue: UInt32

        /// Something was written to the file.
        static let written = Events(rawValue: UInt32(IN_MODIFY))
        /// A file came into the folder, or one in it was given other rights.
        static let appeared = Events(rawValue: UInt32(IN_CREATE) | UInt32(IN_MOVED_TO) | UInt32(IN_ATTRIB))
    }

    /// Begins to watch; what happened before isn't told.
    init(_ path: String, for events: Events) throws(SystemFailure) {
        let number = try SystemFailure.check("inotify_init1") { inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC)) }
        descriptor = Descriptor(owning: number)
        try SystemFailure.check("inotify_add_watch", path) { inotify_add_watch(number, path, events.rawValue) }
    }

    /// Forgets what has happened until now, so that only news make the descriptor readable again.
    func clear() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor.number, &buffer, buffer.count) > 0 {}
    }
}
