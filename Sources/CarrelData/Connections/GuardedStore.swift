public import Foundation
import NIOCore
import Synchronization

/// A store over a connection that may fail, which never keeps its callers waiting for one that does.
///
/// While the connection is down each call fails at once with ``DataFault/unusable(_:)``. When a try is due the next call looks
/// first (``DataStore/check()`` of the store) and goes on if that is well. Every call has a deadline, and every stream a limit
/// for standing still. What is refused because of its credential is looked at rarely, until ``renew(_:)`` brings another.
public final class GuardedStore: DataStore {
    /// How long is waited.
    public struct Limits: Sendable, Equatable {
        /// For what is told: an entry, a page of a list, the head of a file, a quota, a check.
        public var telling: Duration
        /// For a change that may be much work: a removal, a move, the end of a write.
        public var changing: Duration
        /// While not a byte moves.
        public var idle: Duration

        /// Sets them.
        public init(
            telling: Duration = .seconds(15),
            changing: Duration = .seconds(600),
            idle: Duration = .seconds(60),
        ) {
            self.telling = telling
            self.changing = changing
            self.idle = idle
        }
    }

    /// What a guard has of time; tests bring their own.
    public struct Time: Sendable {
        let now: @Sendable () -> ContinuousClock.Instant
        let date: @Sendable () -> Date
        let sleep: @Sendable (Duration) async throws -> Void

        /// The real one, but for what is given.
        ///
        /// - Parameters:
        ///   - now: for pauses.
        ///   - date: for people.
        ///   - sleep: waits so long.
        public init(
            now: @escaping @Sendable () -> ContinuousClock.Instant = { ContinuousClock.now },
            date: @escaping @Sendable () -> Date = { Date() },
            sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        ) {
            self.now = now
            self.date = date
            self.sleep = sleep
        }
    }

    private struct Kept {
        var store: any DataStore
        var core: ConnectionGuard
        var report: GuardReport
        /// The file that the report's last fault is about; nil when it is about the connection.
        var unwritten: DataPath?

        /// A file couldn't be written.
        mutating func note(_ fault: DataFault, of file: DataPath, at date: Date) {
            (report.lastFault, report.lastFaultAt, unwritten) = ("\(file): \(fault.message)", date, file)
        }

        /// A file was written: it is no fault any more that it couldn't be.
        mutating func forgetFault(of file: DataPath) {
            guard unwritten == file else { return }
            (report.lastFault, report.lastFaultAt, unwritten) = (nil, nil, nil)
        }
    }

    private let kept: Mutex<Kept>
    private let limits: Limits
    let time: Time
    private let onChange: @Sendable (GuardReport) -> Void

    /// Guards a store.
    ///
    /// - Parameters:
    ///   - store: what is guarded.
    ///   - limits: how long is waited.
    ///   - time: the real one, but in tests.
    ///   - onChange: told of every other state, in order; must return at once and ask nothing of the guard.
    public init(
        _ store: any DataStore,
        limits: Limits = Limits(),
        time: Time = Time(),
        onChange: @escaping @Sendable (GuardReport) -> Void = { _ in },
    ) {
        kept = Mutex(Kept(store: store, core: ConnectionGuard(), report: GuardReport(since: time.date())))
        self.limits = limits
        self.time = time
        self.onChange = onChange
    }

    /// How it stands now.
    public var report: GuardReport { kept.withLock { $0.report } }

    /// Takes another store, made with another credential, and forgets what was known of the one before.
    public func renew(_ store: any DataStore) {
        update {
            $0.store = store
            $0.core.renew()
        }
    }

    /// Takes another store for who has signed in once more: what works goes on as it was known, and all else is forgotten.
    func use(_ store: any DataStore) {
        update {
            $0.store = store
            if $0.core.state?.isUsable != true { $0.core.renew() }
        }
    }

    /// Looks now, as a person wants who presses *Test*; while somebody else looks it is what was known before.
    public func checkNow() async -> ConnectionState {
        let (ticket, may) = update { (Ticket($0), $0.core.admitLook()) }
        guard may else { return report.state ?? .busy() }
        return await look(ticket)
    }
}

// MARK: - The store

extension GuardedStore {
    /// What the store can do, as far as the connection lets it.
    public var abilities: DataAbilities {
        let (store, state) = kept.withLock { ($0.store, $0.core.state) }
        var abilities = store.abilities
        if state == .readOnly { abilities.isWritable = false }
        return abilities
    }

    /// Looks whether it works, unless it is known not to and no try is due; so it may be called as often as one likes.
    public func check() async -> ConnectionState {
        let (ticket, admission) = update { kept in
            let admission = kept.core.admit(at: time.now())
            return (Ticket(kept), admission == .go && kept.core.admitLook() ? .lookFirst : admission)
        }
        switch admission {
        case .go: return report.state ?? .busy()
        case .lookFirst: return await look(ticket)
        case .refuse(let state): return state
        }
    }

    /// See ``DataStore/entry(at:)``.
    public func entry(at path: DataPath) async throws(DataFault) -> DataEntry {
        try await told { store throws(DataFault) in try await store.entry(at: path) }
    }

    /// See ``DataStore/entries(of:)``; each page has the deadline.
    public func entries(of folder: DataPath) async throws(DataFault) -> DataListing {
        let ticket = try await admitted()
        let listing = try await run(ticket, limits.telling) { store throws(DataFault) in
            try await store.entries(of: folder)
        }
        let watch = StreamWatch()
        let pages = try await Pumped<[DataEntry]>.begin { channel in
            try await self.streamed(ticket, watch, idle: self.limits.telling) {
                var pages = listing.makeAsyncIterator()
                while let page = try await watch.waiting({ try await pages.next() }) { try await channel.give(page) }
            }
        }
        return DataListing {
            var rest = pages.makeAsyncIterator()
            return { () async throws(DataFault) in
                do { return try await rest.next() } catch { throw DataFault(error) }
            }
        }
    }

    /// See ``DataStore/read(_:_:of:)``; the head has the deadline, and the bytes the limit for standing still.
    public func read(
        _ file: DataPath,
        _ range: DataRange,
        of version: DataVersion?,
    ) async throws(DataFault) -> DataContent {
        let ticket = try await admitted()
        let content = try await run(ticket, limits.telling) { store throws(DataFault) in
            try await store.read(file, range, of: version)
        }
        let watch = StreamWatch()
        let pieces = Pumped<ByteBuffer> { channel in
            try await self.streamed(ticket, watch, idle: self.limits.idle) {
                var pieces = content.body.makeAsyncIterator()
                while let piece = try await watch.waiting({ try await pieces.next() }) { try await channel.give(piece) }
            }
        }
        let body = DataBody(size: content.body.size, pieces)
        return DataContent(entry: content.entry, first: content.first, body: body)
    }

    /// See ``DataStore/write(_:to:if:modified:)``; only while the store takes no bytes that are there it stands still.
    public func write(
        _ body: DataBody,
        to file: DataPath,
        if condition: DataCondition,
        modified: DataTime?,
    ) async throws(DataFault) -> DataEntry {
        let ticket = try await admitted()
        let watch = StreamWatch()
        let watched = DataBody(size: body.size, WatchedPieces(base: body, watch: watch))
        return try await settle(ticket, size: body.size, file: file) { () throws(DataFault) in
            try await firstOf { () throws(DataFault) in
                try await ticket.store.write(watched, to: file, if: condition, modified: modified)
            } stall: { [limits, time] in
                try await watch.stall(idle: limits.idle, end: limits.changing, time.sleep)
                // Of a write that the store had all bytes of nobody knows what became.
                return watch.isAtEnd ? .unclear : .unusable(.slow)
            }
        }
    }

    /// See ``DataStore/makeFolder(at:)``.
    public func makeFolder(at path: DataPath) async throws(DataFault) {
        try await told { store throws(DataFault) in try await store.makeFolder(at: path) }
    }

    /// See ``DataStore/move(_:to:replaces:)``.
    public func move(_ source: DataPath, to target: DataPath, replaces: Bool) async throws(DataFault) {
        try await run(try await admitted(), limits.changing) { store throws(DataFault) in
            try await store.move(source, to: target, replaces: replaces)
        }
    }

    /// See ``DataStore/remove(_:)``.
    public func remove(_ path: DataPath) async throws(DataFault) {
        try await run(try await admitted(), limits.changing) { store throws(DataFault) in
            try await store.remove(path)
        }
    }

    /// See ``DataStore/quota(at:)``.
    public func quota(at folder: DataPath) async throws(DataFault) -> DataQuota {
        let ticket = try await admitted()
        let quota = try await run(ticket, limits.telling) { store throws(DataFault) in
            try await store.quota(at: folder)
        }
        update { $0.core.told(quota, ticket.generation) }
        return quota
    }
}

// MARK: - How it is done

extension GuardedStore {
    /// A call that was let through, and to which store.
    private struct Ticket: Sendable {
        let store: any DataStore
        let generation: Int

        init(_ kept: borrowing Kept) {
            store = kept.store
            generation = kept.core.generation
        }
    }

    /// Lets a call through, after a look if one is due.
    private func admitted() async throws(DataFault) -> Ticket {
        let (ticket, admission) = update { (Ticket($0), $0.core.admit(at: time.now())) }
        switch admission {
        case .go: return ticket
        case .refuse(let state): throw .unusable(state)
        case .lookFirst:
            let state = await look(ticket)
            guard state.isUsable else { throw .unusable(state) }
            return ticket
        }
    }

    private func look(_ ticket: Ticket) async -> ConnectionState {
        let found: ConnectionState
        do {
            found = try await firstOf { () throws(DataFault) in
                let found = await ticket.store.check()
                if Task.isCancelled { throw .cancelled }
                return found
            } stall: { [limits, time] in
                try await time.sleep(limits.telling)
                return .unusable(.slow)
            }
        } catch {
            found = .slow
        }
        // Whoever gave up says nothing of the connection.
        let told = Task.isCancelled ? nil : found
        update(fault: told.flatMap { $0.isUsable ? nil : $0.message }) {
            $0.core.looked(told, ticket.generation, at: time.now())
        }
        return found
    }

    private func told<Value: Sendable>(
        _ work: @escaping @Sendable (any DataStore) async throws(DataFault) -> Value
    ) async throws(DataFault) -> Value {
        try await run(try await admitted(), limits.telling, work)
    }

    /// Runs a call that has to end within a time.
    private func run<Value: Sendable>(
        _ ticket: Ticket,
        _ limit: Duration,
        _ work: @escaping @Sendable (any DataStore) async throws(DataFault) -> Value,
    ) async throws(DataFault) -> Value {
        try await settle(ticket) { () throws(DataFault) in
            try await firstOf { () throws(DataFault) in
                try await work(ticket.store)
            } stall: { [time] in
                try await time.sleep(limit)
                return .unusable(.slow)
            }
        }
    }

    /// Runs what gives to a stream, which fails when it stands still.
    private func streamed(
        _ ticket: Ticket,
        _ watch: StreamWatch,
        idle: Duration,
        _ work: @escaping @Sendable () async throws -> Void,
    ) async throws(DataFault) {
        try await settle(ticket) { () throws(DataFault) in
            try await firstOf { () throws(DataFault) in
                do {
                    try await work()
                    // What is cancelled may end as if it were whole.
                    try Task.checkCancellation()
                } catch {
                    throw DataFault(error)
                }
            } stall: { [time] in
                try await watch.stall(idle: idle, end: idle, time.sleep)
                return .unusable(.slow)
            }
        }
    }

    /// Remembers what came of a call, by which that file of that size was to be written.
    private func settle<Value>(
        _ ticket: Ticket,
        size: Int64? = nil,
        file: DataPath? = nil,
        _ work: () async throws(DataFault) -> Value,
    ) async throws(DataFault) -> Value {
        do {
            let value = try await work()
            update {
                $0.core.worked(ticket.generation, wrote: file != nil)
                if let file { $0.forgetFault(of: file) }
            }
            return value
        } catch {
            update(fault: error.isOfConnection ? error.message : nil) {
                $0.core.failed(error, size: size, ticket.generation, at: time.now())
                if let file, error.isOfFile { $0.note(error, of: file, at: time.date()) }
            }
            throw error
        }
    }

    /// Changes what is kept, and tells of another state.
    @discardableResult
    private func update<Value: Sendable>(
        fault: String? = nil,
        _ change: (inout sending Kept) -> Value
    ) -> Value {
        kept.withLock { kept in
            let before = kept.core.generation
            let value = change(&kept)
            note(fault, before, &kept)
            return value
        }
    }

    private func note(_ fault: String?, _ generation: Int, _ kept: inout Kept) {
        let date = time.date()
        if let fault {
            kept.report.lastFault = fault
            kept.report.lastFaultAt = date
            kept.unwritten = nil
        }
        let state = kept.core.state
        kept.report.nextTry = kept.core.nextLook.map { look in
            let pause = time.now().duration(to: look).components
            return date.addingTimeInterval(Double(pause.seconds) + Double(pause.attoseconds) / 1e18)
        }
        let isOther = !(kept.report.state?.isSame(as: state) ?? (state == nil))
        kept.report.state = state
        guard isOther || kept.core.generation != generation else { return }
        kept.report.since = date
        onChange(kept.report)
    }
}

extension DataFault {
    /// Whether it tells something of the connection as a whole.
    fileprivate var isOfConnection: Bool {
        switch self {
        case .unusable, .interrupted, .unclear, .overQuota: true
        default: false
        }
    }

    /// Whether it keeps a single file from being written for as long as nobody does something about it.
    fileprivate var isOfFile: Bool {
        switch self {
        case .locked, .tooLarge, .unfitName, .forbidden, .readOnly, .noParent, .notAFolder, .notAFile, .notOffered,
            .failed:
            true
        default: false
        }
    }
}

extension ConnectionState {
    /// Whether it is the same but for the pause that a service asks for.
    fileprivate func isSame(as other: ConnectionState?) -> Bool {
        guard let other else { return false }
        if case .busy = self, case .busy = other { return true }
        return self == other
    }
}
