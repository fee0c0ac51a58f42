import CarrelData

/// What stands in for the data gateway where there is none: nothing can be tried.
struct NoDataSourceProbe: DataSourceProbe {
    /// Tries nothing.
    ///
    /// - Throws: ``ProbeError/unavailable``.
    func check(
        source: String,
        of user: Int64,
        with credential: DataCredential?,
    ) async throws(ProbeError) -> ConnectionState {
        throw .unavailable
    }

    /// Knows nothing.
    ///
    /// - Throws: ``ProbeError/unavailable``.
    func states(of user: Int64) async throws(ProbeError) -> [String: ConnectionReport] { throw .unavailable }

    /// Does nothing.
    func renew(source: String, of user: Int64) async {}
}
