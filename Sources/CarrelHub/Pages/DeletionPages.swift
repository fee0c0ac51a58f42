import CarrelAuth
import CarrelModel
import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// The records of deleted instances, for admins.
struct DeletionPages {
    let register: InstanceRegister
    let key: RecordKey
    let pages: PageResponder

    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("admin/deletions", use: show)
            .get("admin/deletions/:id", use: download)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let page = try DeletionsPage(try await register.deletions(), publicKey: key.publicKey)
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    @Sendable private func download(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        guard let id = Int64(try context.parameters.require("id")), let record = try await register.deletion(id),
            let text = try DeletionPaper.text(of: record, key: key)
        else { throw HubError.notFound }
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json; charset=utf-8",
                .contentDisposition: "attachment; filename=\"deletion-\(id).json\"",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)),
        )
    }
}

extension HubPath {
    static let deletions = admin + "/deletions"
}
