import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// The way of a file into the workspace of a session (reference 4.11), slice by slice.
///
/// A slice is held in memory, so that it can be sent again; writing it twice does no harm.
struct WorkspaceUpload {
    let session: OpenBISSession
    let store: OpenBISAddress

    /// The bytes of a slice, as PyBIS cuts files.
    static let slice: Int64 = 10 * 1024 * 1024

    /// Sends a file.
    ///
    /// - Parameters:
    ///   - file: what.
    ///   - name: where in the workspace.
    ///   - progress: told how many bytes have arrived, slice by slice.
    /// - Throws: what the source or the data store leads to.
    func send(
        _ file: OpenBISUploadFile,
        as name: String,
        progress: @Sendable (Int) -> Void,
    ) async throws(OpenBISError) {
        let slice = file.slices()
        var (offset, number) = (Int64(0), 1)
        repeat {
            let count = Int(min(Self.slice, file.length - offset))
            let bytes = try await slice(offset, count)
            // PyBIS tells the last byte of a slice that isn't the last one, and else the length.
            let end = offset + Int64(count)
            let told = end < file.length ? end - 1 : end
            try await send(bytes, of: name, number: number, from: offset, to: told)
            progress(count)
            offset += Int64(count)
            number += 1
        } while offset < file.length
    }

    private func send(
        _ bytes: ByteBuffer,
        of name: String,
        number: Int,
        from offset: Int64,
        to end: Int64,
    ) async throws(OpenBISError) {
        let host = store.name
        let fields = [
            ("filename", name), ("id", "\(number)"), ("startByte", "\(offset)"), ("endByte", "\(end)"),
            ("emptyFolder", "False"), ("sessionID", session.token.text),
        ]
        let query = fields.map { "\($0)=\(PercentCoding.encode($1))" }.joined(separator: "&")
        // With the token: never to be shown.
        let address = "\(store.text)/datastore_server/session_workspace_file_upload?\(query)"
        do throws(CallFailure) {
            let answer = try await session.calls.repeating(isSafe: true) { () throws(CallFailure) in
                try await once(bytes, address)
            }
            guard let told = try? JSONParser.parse(answer.body).top.asObject() else {
                throw CallFailure(.nonsense(host, .notJSON))
            }
            guard (try? told.integerIfAny("size")) == Int64(bytes.readableBytes) else {
                throw CallFailure(.nonsense(host, .member("size")))
            }
        } catch {
            throw await meaning(of: error.error)
        }
    }

    private func once(_ bytes: ByteBuffer, _ address: String) async throws(CallFailure) -> WholeAnswer {
        let watch = SliceWatch()
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        // Of an empty body the HTTP client takes nothing, and its watch would not begin.
        request.body =
            bytes.readableBytes == 0
            ? .bytes(bytes) : .stream(SliceBody(bytes: bytes, watch: watch), length: .known(Int64(bytes.readableBytes)))
        let (calls, host) = (session.calls, store.name)
        let answer = try await race { [request] in
            await calls.result(of: request, host: host)
        } against: {
            let limit = try await watch.stalled(idle: calls.settings.idleLimit, deadline: calls.settings.deadline)
            return CallFailure(.slow(host, after: limit), isOpen: true)
        }
        if answer.status == 500 {
            // A page for people, and the only thing that tells of a disk that is full.
            let words = ServerWords.ofPage(answer.body, without: [session.token.text])
            throw CallFailure(.refused(words))
        }
        if let error = answer.error(from: host) { throw CallFailure(error) }
        return answer
    }

    /// What a failure means; a session that is over isn't told in a way that can be relied on.
    private func meaning(of error: OpenBISError) async -> OpenBISError {
        switch error {
        case .refused, .nonsense, .unavailable:
            guard let isActive = try? await session.client.isSessionActive(session.token) else { return error }
            return isActive ? error : .sessionOver
        default: return error
        }
    }
}
