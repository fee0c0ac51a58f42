/// Tries connections to data sources, and knows how they are; the data gateway does, and a fake in tests.
///
/// Whoever implements it keeps deadlines: each call answers or throws within some seconds.
public protocol DataSourceProbe: Sendable {
    /// Tries to sign in to a data source.
    ///
    /// - Parameters:
    ///   - source: its name.
    ///   - user: for whom.
    ///   - credential: what to sign in with; nil for what is kept, or can be had from the person's sign-in.
    /// - Returns: what came of it.
    /// - Throws: ``ProbeError``.
    func check(
        source: String,
        of user: Int64,
        with credential: DataCredential?,
    ) async throws(ProbeError) -> ConnectionState

    /// How a person's connections are, by the names of their sources; one that isn't used may be missing.
    ///
    /// - Throws: ``ProbeError``.
    func states(of user: Int64) async throws(ProbeError) -> [String: ConnectionReport]

    /// Has a person's connection made anew: what is kept for it was changed or removed.
    func renew(source: String, of user: Int64) async
}
