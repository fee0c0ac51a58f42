/// How long a server is waited for, how often it is asked again, and how much of it is taken.
public struct WebDAVLimits: Sendable, Equatable {
    /// Until an answer is there, counted from the last byte of the request; for reads and lists until its head is.
    ///
    /// Also how long a server may take for a piece of an upload.
    public var answer: Duration
    /// Until the answer to an upload's end, a move, a copy or a deletion is there, behind which much work may stand.
    public var work: Duration
    /// How often what is safe to repeat is asked again after it failed.
    public var repetitions: Int
    /// The longest pause before something is asked again; a server that wants a longer one gets no second request.
    public var longestPause: Duration
    /// The bytes of a first part of a chunked upload, each of which is held in memory; 5 MB at least, but in tests.
    public var part: Int
    /// The bytes of a folder's listing.
    public var listing: Int64

    /// Limits with which a slow store in the next country can be lived with.
    ///
    /// - Parameters:
    ///   - answer: see ``answer``.
    ///   - work: see ``work``.
    ///   - repetitions: see ``repetitions``.
    ///   - longestPause: see ``longestPause``.
    ///   - part: see ``part``.
    ///   - listing: see ``listing``.
    public init(
        answer: Duration = .seconds(30),
        work: Duration = .seconds(600),
        repetitions: Int = 3,
        longestPause: Duration = .seconds(20),
        part: Int = 10 * 1024 * 1024,
        listing: Int64 = 1024 * 1024 * 1024,
    ) {
        self.answer = answer
        self.work = work
        self.repetitions = repetitions
        self.longestPause = longestPause
        self.part = part
        self.listing = listing
    }
}
