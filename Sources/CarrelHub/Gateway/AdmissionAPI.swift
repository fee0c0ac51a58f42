import CarrelData
import Foundation
import Hummingbird

/// What the data gateway asks the hub, on a socket that only the hub's own user can open.
struct AdmissionAPI {
    let desk: AdmissionDesk
    /// A fresh access token of a user's sign-in by an authenticator; nil when there is none.
    let signInToken: @Sendable (_ user: Int64, _ authenticator: String) async throws -> String?

    /// Everything on that socket.
    func router() -> Router<HubContext> {
        let router = Router(context: HubContext.self)
        router.post("/admission", use: admission)
        router.post("/sign-in-token", use: token)
        return router
    }

    @Sendable private func admission(_ request: Request, context: HubContext) async throws -> Response {
        let question = try await request.decode(as: AdmissionQuestion.self, context: context)
        return try Self.answer(try await desk.answer(question))
    }

    @Sendable private func token(_ request: Request, context: HubContext) async throws -> Response {
        let question = try await request.decode(as: SignInTokenQuestion.self, context: context)
        return try Self.answer(SignInTokenAnswer(token: try await signInToken(question.user, question.authenticator)))
    }

    private static func answer(_ value: some Encodable) throws -> Response {
        let bytes = try JSONEncoder().encode(value)
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)),
        )
    }
}
