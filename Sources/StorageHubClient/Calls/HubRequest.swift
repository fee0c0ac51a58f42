import NIOCore
import NIOHTTP1

/// One call, before a token is put to it.
struct HubRequest: Sendable {
    let call: StorageHubCall
    let method: HTTPMethod
    let url: String
    var fields: [(name: String, value: String)] = []
    var body = Body.none

    enum Body: Sendable {
        case none
        case form([(name: String, value: String)])
        case text(String)
        case file(MultipartFile)
    }

    /// Whether it changes nothing, so that it may be sent again whatever became of it.
    ///
    /// Nothing else is: a second rename to the same name finds the name taken and makes another, a second deletion is for
    /// ever (reference `egi.md` 3.2).
    var isSafe: Bool { method == .GET }

    /// Whether its body can be sent a second time after the service said that it did nothing.
    var isReplayable: Bool {
        if case .file(let file) = body { file.content.isReplayable } else { true }
    }
}
