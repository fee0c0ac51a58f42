import CarrelAuth
import Hummingbird

/// Pages are for browsers: whoever comes with a token is a stranger there, as in JupyterHub (reference 2.2).
///
/// A token says what may be done with it, and pages don't ask; servers and programs in them hold tokens of their users.
struct CookiesOnly: RouterMiddleware {
    func handle(
        _ request: Request,
        context: HubContext,
        next: (Request, HubContext) async throws -> Response,
    ) async throws -> Response {
        guard case .token = context.caller else { return try await next(request, context) }
        var stranger = context
        stranger.caller = .nobody
        (stranger.membership, stranger.places) = (.none, [])
        return try await next(request, stranger)
    }
}
