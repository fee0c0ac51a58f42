/// One event of a launch, in BinderHub's form (reference egi 6.2).
struct LaunchEvent: Codable, Sendable, Equatable {
    /// What goes on.
    enum Phase: String, Codable, Sendable {
        case waiting, fetching, building, pushing, built, launching, ready, failed, unknown
    }

    var phase: Phase
    /// For people; ends with a line end, or with a carriage return where the next one replaces it.
    var message: String
    /// The environment's name, where BinderHub names an image.
    var imageName: String?
    /// In the event `ready`: the server's address, and the token that opens it.
    var url: String?
    var token: String?
    var image: String?
    var repositoryURL: String?
    var refURL: String?
    var host: String?
    var request: String?
    var persistentRequest: String?
    /// In the event `failed`: the status of an answer that would say the same.
    var status: Int?
    /// Where a page leads to who has another server already.
    var open: String?

    enum CodingKeys: String, CodingKey {
        case phase, message, imageName, url, token, image
        case repositoryURL = "repo_url"
        case refURL = "binder_ref_url"
        case host = "binder_launch_host"
        case request = "binder_request"
        case persistentRequest = "binder_persistent_request"
        case status = "status_code"
        case open = "carrel_open"
    }

    init(_ phase: Phase, _ message: String) {
        self.phase = phase
        self.message = message.hasSuffix("\n") || message.hasSuffix("\r") ? message : message + "\n"
    }

    /// Whether nothing comes after it.
    var isLast: Bool { phase == .ready || phase == .failed }
}
