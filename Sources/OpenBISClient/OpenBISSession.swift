/// What somebody asks of an openBIS with a token, and gets to see by their rights.
///
/// What the person may not see isn't there: searches and gets leave it out (reference 4.6). Every call may end with
/// ``OpenBISError/sessionOver`` when the token isn't good any more.
public struct OpenBISSession: Sendable {
    /// What it asks through.
    public let client: OpenBISClient
    /// Whose rights count.
    public let token: OpenBISToken

    var calls: RemoteCalls { client.calls }

    /// The answer to a call whose first parameter is the token.
    func ask(
        _ method: String,
        _ parameters: [Parameter] = [],
        at place: ServicePlace? = nil,
        isSafe: Bool = true,
    ) async throws(OpenBISError) -> RemoteAnswer {
        let call = RemoteCall(
            method,
            [.text(token.text)] + parameters,
            secrets: [token.text],
            isSafe: isSafe,
        )
        return try await calls.answer(to: call, at: place ?? .application(settings.address))
    }

    var settings: OpenBISSettings { calls.settings }
}
