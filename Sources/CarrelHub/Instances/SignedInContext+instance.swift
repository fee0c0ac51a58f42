import CarrelModel
import CarrelStore
import Hummingbird

extension SignedInContext {
    /// The instance that a path names, for people who manage it; for others there is none.
    ///
    /// - Throws: ``HubError/notFound``.
    func managedInstance(_ desk: InstanceDesk) async throws -> InstanceRecord {
        guard case .session = caller,
            let name = try? InstanceName(parameters.require("instance")),
            let view = try await desk.view(of: name, for: user), view.manages
        else { throw HubError.notFound }
        return view.instance
    }
}
