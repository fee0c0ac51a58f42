public import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Steers a running `rclone rcd` by its rc calls over a Unix socket (rclone's page *Remote controlling rclone*).
///
/// What is secret goes in the bodies of calls only. Every call has a deadline.
public struct RcloneControl: Sendable {
    private let http: HTTPClient
    private let socket: String
    private let deadline: Duration

    /// The most bytes of an answer that are read; a waiting file takes some 200 in a queue.
    private static let longestAnswer = 16 << 20
    /// Characters that can stand in the host of a URL as they are.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    )

    /// Calls nobody yet.
    ///
    /// - Parameters:
    ///   - socket: path of the socket, in a folder that nobody but its user and root can enter.
    ///   - http: the client to call with.
    ///   - deadline: how long each call may take.
    public init(socket: String, http: HTTPClient, deadline: Duration = .seconds(10)) {
        self.socket = socket
        self.http = http
        self.deadline = deadline
    }

    /// Its version, such as `v1.75.2`.
    public func version() async throws(RcloneError) -> String {
        struct Answer: Decodable { var version: String }
        return try await call("core/version", Nothing(), Answer.self).version
    }

    /// Makes a remote, or gives the one of that name other values; it is in rclone's memory only (`--config ""`).
    ///
    /// - Parameters:
    ///   - name: also the name of the remote's part of the cache: edits that wait belong to it.
    ///   - gateway: where it leads.
    /// - Throws: why it wasn't done.
    public func createRemote(_ name: String, to gateway: RcloneGateway) async throws(RcloneError) {
        struct Options: Encodable {
            var nonInteractive = true
            var noObscure = true
        }
        struct Order: Encodable {
            var name: String
            var type = "webdav"
            var parameters: RcloneGateway
            var opt = Options()
        }
        _ = try await call("config/create", Order(name: name, parameters: gateway), Nothing.self)
    }

    /// Where a remote leads; nil when there is none of that name.
    public func remote(_ name: String) async throws(RcloneError) -> RcloneGateway? {
        struct Order: Encodable { var name: String }
        struct Answer: Decodable {
            var gateway: RcloneGateway?
            init(from decoder: any Decoder) throws { gateway = try? RcloneGateway(from: decoder) }
        }
        return try await call("config/get", Order(name: name), Answer.self).gateway
    }

    /// Mounts a remote.
    public func mount(_ order: RcloneMount) async throws(RcloneError) {
        _ = try await call("mount/mount", order, Nothing.self)
    }

    /// Where remotes are mounted: the remote's name by the place.
    public func mounts() async throws(RcloneError) -> [String: String] {
        struct Answer: Decodable {
            struct Mount: Decodable {
                var remote: String
                var place: String

                enum CodingKeys: String, CodingKey {
                    case remote = "Fs"
                    case place = "MountPoint"
                }
            }
            var mountPoints: [Mount]
        }
        let mounts = try await call("mount/listmounts", Nothing(), Answer.self).mountPoints
        return Dictionary(mounts.map { ($0.place, String($0.remote.prefix { $0 != ":" })) }) { first, _ in first }
    }

    /// Ends a mount; what waits in the cache stays there and isn't uploaded any more until it is mounted again.
    public func unmount(_ place: String) async throws(RcloneError) {
        struct Order: Encodable { var mountPoint: String }
        _ = try await call("mount/unmount", Order(mountPoint: place), Nothing.self)
    }

    /// How a mounted remote's cache stands.
    public func statistics(of remote: String) async throws(RcloneError) -> RcloneStatistics {
        try await call("vfs/stats", OfRemote(fs: "\(remote):"), RcloneStatistics.self)
    }

    /// The files of a mounted remote that wait to be uploaded, or are being uploaded.
    public func queue(of remote: String) async throws(RcloneError) -> [RcloneUpload] {
        struct Answer: Decodable { var queue: [RcloneUpload] }
        return try await call("vfs/queue", OfRemote(fs: "\(remote):"), Answer.self).queue
    }

    /// Has a waiting file uploaded at once.
    public func hurry(_ upload: RcloneUpload, of remote: String) async throws(RcloneError) {
        struct Order: Encodable {
            var fs: String
            var id: Int
            var expiry = -100.0
        }
        _ = try await call("vfs/queue-set-expiry", Order(fs: "\(remote):", id: upload.id), Nothing.self)
    }

    /// Has a mounted remote's folders be looked at anew.
    public func forget(_ remote: String) async throws(RcloneError) {
        struct Answer: Decodable {}
        _ = try await call("vfs/forget", OfRemote(fs: "\(remote):"), Answer.self)
    }

    /// Ends rclone, with all its mounts.
    public func quit() async throws(RcloneError) {
        _ = try await call("core/quit", Nothing(), Nothing.self)
    }

    // MARK: - How it is done

    private struct Nothing: Codable {}
    private struct OfRemote: Encodable { var fs: String }
    /// Of an error nothing but the reason is read: the rest repeats what was asked, secrets and all.
    private struct Failure: Decodable { var error: String }

    private func call<Answer: Decodable>(
        _ name: String,
        _ order: some Encodable,
        _ answer: Answer.Type,
    ) async throws(RcloneError) -> Answer {
        let (status, body) = try await send(name, order)
        if status == 200, let answer = try? JSONDecoder().decode(answer, from: body) { return answer }
        guard status != 200, let failure = try? JSONDecoder().decode(Failure.self, from: body) else {
            throw .foreign(call: name)
        }
        throw .refused(call: name, reason: failure.error)
    }

    private func send(_ name: String, _ order: some Encodable) async throws(RcloneError) -> (Int, Data) {
        let host = socket.addingPercentEncoding(withAllowedCharacters: Self.unreserved) ?? ""
        var request = HTTPClientRequest(url: "http+unix://\(host)/\(name)")
        request.method = .POST
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "Content-Type", value: "application/json")
        do {
            request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(order)))
            let response = try await http.execute(request, timeout: TimeAmount(deadline))
            let body = try await response.body.collect(upTo: Self.longestAnswer)
            return (Int(response.status.code), Data(body.readableBytesView))
        } catch let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout {
            throw .silent(call: name, after: deadline)
        } catch {
            throw .unreachable(reason: "\(error)")
        }
    }
}
