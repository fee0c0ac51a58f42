import CarrelStore
import Foundation
import HTTPTypes
import Hummingbird

/// The audit record for admins, and everybody's own part of it.
struct AuditPages {
    let audit: AuditTrail
    let pages: PageResponder

    /// Below the hub's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self)
            .get("admin/audit", use: show)
            .post("admin/audit/export", use: export)
            .get("account/activity", use: showOwn)
    }

    @Sendable private func show(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let view = AuditView(request)
        let limit = AuditView.pageSize + 1
        let records = try await audit.store.audit.newest(view.filter, before: view.before, limit: limit)
        let page = AuditPage(records, view: view, now: audit.now())
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }

    /// By POST, as it is noted itself, and a mere link on another site must not set that off.
    @Sendable private func export(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let view = AuditView(request)
        try await audit.note(.auditExported, .hub, details: ["filter": view.query()])
        var response = AuditExport(audit.store.audit, view.filter).response()
        let day = audit.now().ISO8601Format().prefix(10)
        response.headers[.contentDisposition] = "attachment; filename=\"audit-\(day).jsonl\""
        return response
    }

    @Sendable private func showOwn(_ request: Request, context: SignedInContext) async throws -> Response {
        var filter = AuditFilter()
        let id = context.user.id ?? 0
        filter.userId = id
        let before = request.uri.queryParameters["before"].flatMap { Int64($0) }
        let records = try await audit.store.audit.newest(filter, before: before, limit: AuditView.pageSize + 1)
        let page = ActivityPage(records, for: id, before: before, now: audit.now())
        return try pages.page(page, for: context.user, xsrf: context.xsrf)
    }
}

/// The audit record for programs, in Carrel's own part of the REST API.
struct AuditAPI {
    let audit: AuditTrail

    private static let standard = 1000
    private static let most = 10_000

    /// Below the API's prefix.
    var endpoints: RouteCollection<SignedInContext> {
        RouteCollection(context: SignedInContext.self).get("carrel/audit", use: list)
    }

    /// Looking isn't noted: who polls would only read of their own reading.
    @Sendable private func list(_ request: Request, context: SignedInContext) async throws -> Response {
        try context.requireAdmin()
        let query = FormBody(query: request.uri.query)
        let after = try Self.number(query["after"], standard: 0, in: 0...Int64.max, "after")
        let limit = try Self.number(query["limit"], standard: Int64(Self.standard), in: 1...Int64(Self.most), "limit")
        return AuditExport(audit.store.audit, AuditView(request).filter, after: after, limit: Int(limit)).response()
    }

    private static func number(
        _ text: String?,
        standard: Int64,
        in range: ClosedRange<Int64>,
        _ name: String,
    ) throws(HubError) -> Int64 {
        guard let text else { return standard }
        guard let number = Int64(text), range.contains(number) else {
            throw .badRequest("`\(name)` must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension AuditView {
    init(_ request: Request) {
        let query = FormBody(query: request.uri.query)
        self.init { query[$0] }
    }
}
