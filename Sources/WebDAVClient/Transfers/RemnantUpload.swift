import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Writes a file on a server without uploads of its own: under another name beside it first, which is then moved onto it.
///
/// Such a name (``WebDAVName/isUploadRemnant``) stays only when the connection is lost for good, or the process ends.
struct RemnantUpload: Sendable {
    let remote: WebDAVRemote
    let order: WriteOrder

    func run(
        _ content: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws(WebDAVError) -> WebDAVWritten {
        guard let parent = order.path.parent, let name = WebDAVName(WebDAVName.remnantPrefix + Self.randomText()) else {
            throw .notAFile
        }
        try await remote.refuseStranger(to: order)
        let remnant = parent.appending(name)
        do throws(WebDAVError) {
            try await put(content, at: remnant)
            return try await replace(by: remnant)
        } catch {
            await remove(remnant)
            throw error
        }
    }

    private func put(
        _ content: some AsyncSequence<ByteBuffer, any Error> & Sendable,
        at remnant: WebDAVPath,
    ) async throws(WebDAVError) {
        let progress = UploadProgress()
        let url = remote.address.url(of: remnant, .file)
        var request = RemoteRequest(
            call: .write,
            method: .PUT,
            url: url,
            deadline: remote.limits.work,
            progress: progress
        )
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        let stream = UploadStream(content: content, size: order.size, progress: progress)
        request.body = .stream(stream, length: order.size.map { .known($0) } ?? .unknown)
        _ = try await remote.calls.send(request)
    }

    /// Looks again, as time has passed and not every server knows the field `If`, and moves.
    ///
    /// A server whose tags become strong meanwhile (Apache) is asked twice; one that takes no tag in that field, as Go's
    /// (`rclone serve webdav`), holds to what was just seen.
    private func replace(by remnant: WebDAVPath) async throws(WebDAVError) -> WebDAVWritten {
        for _ in 1...2 {
            let present = try await remote.refuseStranger(to: order)
            do throws(WebDAVError) {
                return try await move(remnant, present)
            } catch {
                guard present != nil, error == .preconditionFailed(.write) else { throw error }
            }
        }
        try await remote.refuseStranger(to: order)
        return try await move(remnant, nil)
    }

    private func move(_ remnant: WebDAVPath, _ present: ETag?) async throws(WebDAVError) -> WebDAVWritten {
        let url = remote.address.url(of: remnant, .file)
        var request = RemoteRequest(call: .write, method: .MOVE, url: url, deadline: remote.limits.work)
        order.setMoveFields(&request.headers, url: remote.address.url(of: order.path, .file), present: present)
        request.repetition = .ifDeclined
        let answer = try await remote.calls.send(request)
        try remote.refusePartialFailure(answer, of: .write)
        return WebDAVWritten(answer)
    }

    private func remove(_ remnant: WebDAVPath) async {
        let url = remote.address.url(of: remnant, .file)
        let request = RemoteRequest(call: .delete, method: .DELETE, url: url, deadline: remote.limits.answer)
        // Not a child of the task that writes, which may be cancelled.
        await Task { [calls = remote.calls] in _ = try? await calls.send(request) }.value
    }

    /// 32 digits that nobody guesses.
    static func randomText() -> String {
        (0..<4).map { _ in
            let digits = String(UInt32.random(in: .min ... .max), radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }
}
