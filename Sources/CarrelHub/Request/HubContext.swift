import CarrelAuth
import CarrelStore
import Hummingbird
import Logging
import NIOCore

/// What is known of one request on its way through the hub.
struct HubContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Who asks; set by ``Authentication``.
    var caller: Caller = .nobody
    /// Who is in the groups that the caller's scopes name, now; set by ``Authentication``.
    var membership = GroupMembership.none
    /// The groups the caller is in, and as what; set by ``Authentication``.
    var places: [GroupPlace] = []
    /// How the browser reached us; set by ``FrontDoor``.
    var client = ClientConnection()
    /// The value that forms and scripts of this browser must send back.
    var xsrf = ""

    /// No form or API body of the hub is larger.
    var maxUploadSize: Int { 256 * 1024 }

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}

/// How a browser or program reached the hub, as the proxy tells it.
struct ClientConnection: Sendable, Equatable {
    /// The client's IP address in its shortest form; empty for a server that calls through the hub's socket.
    var address = ""
    /// Whether the browser speaks TLS with the proxy.
    var isSecure = false
    /// The public `host[:port]`.
    var host = ""
    /// The id of the request, in the answer and in every log line about it.
    var requestID = ""
}

/// A request of a person or a program that has proved who it is; can't be made otherwise.
struct SignedInContext: ChildRequestContext {
    var coreContext: CoreRequestContextStorage
    let caller: Caller
    let membership: GroupMembership
    let places: [GroupPlace]
    let user: UserRecord
    let client: ClientConnection
    let xsrf: String

    var maxUploadSize: Int { 256 * 1024 }

    init(context: HubContext) throws {
        guard let user = context.caller.user else { throw HubError.notSignedIn }
        if case .session = context.caller, user.mustChangePassword { throw HubError.passwordMustChange }
        coreContext = context.coreContext
        caller = context.caller
        membership = context.membership
        places = context.places
        self.user = user
        client = context.client
        xsrf = context.xsrf
    }
}
