import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird
import Logging

extension AdminPages {
    /// Approves or refuses somebody who asked for an account.
    @Sendable func answerSignUp(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        try context.rights.require(.adminUsers)
        guard let id = Int64(try context.parameters.require("signUp")) else { throw HubError.notFound }
        let form = try await FormBody(of: request, limit: context.maxUploadSize)
        do {
            switch form["decision"] {
            case "approve":
                let user = try await signUps.approve(id)
                context.logger.notice(
                    "signUp.approved",
                    metadata: ["of": "\(user.name)", "by": "\(context.user.name)"]
                )
                return back(to: request, done: "approved")
            case "refuse":
                let record = try await signUps.refuse(id)
                context.logger.notice(
                    "signUp.declined",
                    metadata: ["of": "\(record.name)", "by": "\(context.user.name)"]
                )
                return back(to: request, done: "refused")
            default: throw HubError.badRequest("Who asks for an account is approved or refused.")
            }
        } catch let error as any CarrelError where error is StoreError || error is SignUpError || error is AccountError
        {
            let status = ErrorResponse.status(of: error)
            return try await page(context, view: AdminView(request), notice: Self.problem(error), status: status)
        }
    }

    /// Who waits for an account; nil where nobody can ask for one, and nobody waits from before.
    func newcomers() async throws -> [AdminPage.Newcomer]? {
        let waiting = try await homes.store.signUps.waiting(now: homes.now())
        if waiting.isEmpty, signUps.policy != .approval { return nil }
        return waiting.map { AdminPage.Newcomer($0, now: homes.now()) }
    }
}
