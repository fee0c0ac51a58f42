import NIOHTTP1
import Synchronization

/// A folder on a WebDAV or Nextcloud server, and all that is below.
///
/// Each call has a deadline, repeats only what is safe to repeat, and holds no more than a few parts in memory, whatever
/// the size of a file or folder. Sources: RFC 4918 (WebDAV), RFC 4331 (quota), Nextcloud's developer manual (chunked
/// uploads, version 2).
public struct WebDAVRemote: Sendable {
    /// Where it is.
    public let settings: WebDAVSettings
    let calls: RemoteCalls
    let kept = KeptCapabilities()

    /// What the server can do, once it was asked.
    final class KeptCapabilities: Sendable {
        let value = Mutex<WebDAVCapabilities?>(nil)
    }

    /// Makes a client; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - settings: where the folder is.
    ///   - connections: not shut down here.
    ///   - surroundings: the real world, but in tests.
    public init(
        _ settings: WebDAVSettings,
        connections: WebDAVConnections,
        surroundings: WebDAVSurroundings = WebDAVSurroundings(),
    ) {
        self.settings = settings
        calls = RemoteCalls(connections: connections, settings: settings, surroundings: surroundings)
    }

    var address: WebDAVAddress { settings.address }
    var limits: WebDAVLimits { settings.limits }
    var hrefs: HrefReader { HrefReader(address: address) }

    /// A 207 where a success was expected says what failed further below (RFC 4918 §9.6.1).
    func refusePartialFailure(_ answer: RemoteAnswer, of call: WebDAVCall) throws(WebDAVError) {
        guard answer.status == 207 else { return }
        let responses: [MultistatusResponse]
        do {
            responses = try MultistatusReader.responses(in: answer.body)
        } catch {
            throw .malformed(call, error.malformed)
        }
        if let status = responses.compactMap(\.status).first(where: { $0 >= 300 && $0 != 424 }) {
            throw refusal(status, of: call)
        }
    }

    /// What a status says that stands in a multi-status.
    func refusal(_ status: Int, of call: WebDAVCall) -> WebDAVError {
        .refusal(status, of: call, [:], now: calls.surroundings.now())
    }
}
