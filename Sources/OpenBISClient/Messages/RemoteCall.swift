import Foundation

/// A call of JSON-RPC 2.0, as openBIS takes it (reference 4.2).
struct RemoteCall: Sendable {
    let method: String
    let parameters: [Parameter]
    /// What must not show in words about it.
    let secrets: [String]
    /// Whether doing it twice does no harm.
    let isSafe: Bool

    init(_ method: String, _ parameters: [Parameter], secrets: [String], isSafe: Bool = true) {
        self.method = method
        self.parameters = parameters
        self.secrets = secrets
        self.isSafe = isSafe
    }

    /// The body of the request.
    func body() throws(OpenBISError) -> Data {
        let members: Parameter = .members([
            "jsonrpc": .text("2.0"), "id": .text("1"), "method": .text(method), "params": .list(parameters),
        ])
        do {
            return try JSONEncoder().encode(members)
        } catch {
            throw .cancelled
        }
    }
}
