/// An error of JSON-RPC: openBIS' own ones have the code 0 and name a Java class (reference 4.2).
struct Refusal: Equatable {
    let code: Int64
    let message: String
    /// The class without its package.
    let kind: String

    init(_ error: JSONValue) throws(Misfit) {
        let error = try error.asObject("error")
        code = try error.integerIfAny("code") ?? 0
        message = try error.textIfAny("message") ?? ""
        // It may be anything in an error of another making.
        let type = (try? error.object("data"))?.member("exceptionTypeName")?.plainText
        kind = (type ?? "").split(separator: ".").last.map(String.init) ?? ""
    }

    /// What it means for whoever asked.
    func meaning(of call: RemoteCall) -> OpenBISError {
        let words = ServerWords.clean(message, without: call.secrets)
        switch kind {
        case "InvalidSessionException": return .sessionOver
        case "UnauthorizedObjectAccessException", "AuthorizationFailureException": return .forbidden(words)
        case "ObjectNotFoundException": return .notFound
        default: break
        }
        if message.hasPrefix("Session token '"), message.hasSuffix("user is not logged in.") { return .sessionOver }
        // The method isn't there (JSON-RPC 2.0 section 5.1).
        return code == -32601 ? .notOffered(call.method) : .refused(words)
    }
}
