import AsyncHTTPClient
import Crypto
import NIOCore
import NIOHTTP1

/// Writes a file on Nextcloud: at once when it fits into one part, else in parts (chunked upload, version 2).
///
/// A part is held in memory while it is sent, so that it can be sent again when the connection breaks.
struct PartedUpload: Sendable {
    let remote: WebDAVRemote
    let user: WebDAVName
    let order: WriteOrder

    private var url: String { remote.address.url(of: order.path, .file) }
    /// The file's address for what is put together, which isn't always ours.
    private var destination: String {
        let names = remote.address.root + order.path.names
        return remote.address.url(remote.address.nextcloud?.names(of: names, user: user) ?? names, .file)
    }
    private var sizes: PartSizes { PartSizes(first: remote.limits.part) }

    func run(
        _ content: some AsyncSequence<ByteBuffer, any Error> & Sendable
    ) async throws(WebDAVError) -> WebDAVWritten {
        var collector = PartCollector(content)
        let first: ByteBuffer
        let isWhole: Bool
        do {
            first = try await collector.next(sizes.first)
            isWhole = try await collector.isEnded()
        } catch {
            throw Task.isCancelled ? .cancelled : .contentFailed
        }
        if isWhole {
            guard order.size ?? Int64(first.readableBytes) == Int64(first.readableBytes) else { throw .contentFailed }
            return try await put(first)
        }
        return try await putInParts(first, then: &collector)
    }

    /// Nextcloud writes what it gets to a file of its own, and takes it only when it is as long as it should be.
    private func put(_ content: ByteBuffer) async throws(WebDAVError) -> WebDAVWritten {
        var request = RemoteRequest(call: .write, method: .PUT, url: url, deadline: remote.limits.work)
        order.setFields(&request.headers, url: url)
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        request.headers.add(name: "OC-Total-Length", value: "\(content.readableBytes)")
        var hash = Insecure.SHA1()
        content.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
        request.headers.add(name: "OC-Checksum", value: Self.text(of: hash))
        request.body = .bytes(content)
        // Sent twice, a condition that held wouldn't hold any more.
        request.repetition = order.condition == .none ? .always : .ifDeclined
        return WebDAVWritten(try await remote.calls.send(request))
    }

    private func putInParts<Content>(
        _ first: ByteBuffer,
        then collector: inout PartCollector<Content>,
    ) async throws(WebDAVError) -> WebDAVWritten {
        // Before much is sent in vain; the server looks again when the parts are put together.
        try await remote.refuseStranger(to: order)
        let folder = try folder()
        do throws(WebDAVError) {
            try await makeFolder(folder)
            var hash = Insecure.SHA1()
            var total: Int64 = 0
            var part = first
            var number = 1
            while part.readableBytes > 0 {
                total += Int64(part.readableBytes)
                guard total <= order.size ?? .max else { throw .contentFailed }
                part.withUnsafeReadableBytes { hash.update(bufferPointer: $0) }
                try await put(part, number, in: folder)
                number += 1
                part = try await next(number, &collector)
            }
            guard total == order.size ?? total else { throw .contentFailed }
            return try await assemble(folder, total: total, checksum: Self.text(of: hash))
        } catch {
            await remove(folder)
            throw error
        }
    }

    private func next<Content>(
        _ number: Int,
        _ collector: inout PartCollector<Content>,
    ) async throws(WebDAVError) -> ByteBuffer {
        do {
            guard let size = sizes.size(of: number) else {
                guard try await collector.isEnded() else { throw WebDAVError.tooLarge }
                return ByteBuffer()
            }
            return try await collector.next(size)
        } catch let error as WebDAVError {
            throw error
        } catch {
            throw Task.isCancelled ? .cancelled : .contentFailed
        }
    }

    /// Where the parts of this upload go.
    private func folder() throws(WebDAVError) -> [WebDAVName] {
        guard let place = remote.address.nextcloud, let name = WebDAVName("web-" + RemnantUpload.randomText()) else {
            throw .notOffered(.write)
        }
        return place.names("remote.php", "dav", "uploads") + [user, name]
    }

    private func makeFolder(_ folder: [WebDAVName]) async throws(WebDAVError) {
        var request = request(.MKCOL, folder)
        request.repetition = .ifDeclined
        _ = try await remote.calls.send(request)
    }

    private func put(_ part: ByteBuffer, _ number: Int, in folder: [WebDAVName]) async throws(WebDAVError) {
        guard let name = WebDAVName(PartSizes.name(of: number)) else { return }
        var request = request(.PUT, folder + [name])
        request.headers.add(name: "Content-Type", value: "application/octet-stream")
        if let size = order.size { request.headers.add(name: "OC-Total-Length", value: "\(size)") }
        request.body = .bytes(part)
        request.repetition = .always
        _ = try await remote.calls.send(request)
    }

    private func assemble(
        _ folder: [WebDAVName],
        total: Int64,
        checksum: String,
    ) async throws(WebDAVError) -> WebDAVWritten {
        guard let name = WebDAVName(".file") else { throw .notOffered(.write) }
        let from = remote.address.url(folder + [name], .file)
        var request = RemoteRequest(call: .write, method: .MOVE, url: from, deadline: remote.limits.work)
        order.setMoveFields(&request.headers, url: destination, present: order.version)
        request.headers.add(name: "OC-Total-Length", value: "\(total)")
        request.headers.add(name: "OC-Checksum", value: checksum)
        request.repetition = .ifDeclined
        return WebDAVWritten(try await remote.calls.send(request))
    }

    private func remove(_ folder: [WebDAVName]) async {
        let request = request(.DELETE, folder)
        // Not a child of the task that writes, which may be cancelled.
        await Task { [calls = remote.calls] in _ = try? await calls.send(request) }.value
    }

    /// A request about the parts; each says where they will go.
    private func request(_ method: HTTPMethod, _ names: [WebDAVName]) -> RemoteRequest {
        let url = remote.address.url(names, .file)
        var request = RemoteRequest(call: .write, method: method, url: url, deadline: remote.limits.work)
        request.headers.add(name: "Destination", value: destination)
        return request
    }

    private static func text(of hash: Insecure.SHA1) -> String {
        let digits = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
        return "SHA1:" + digits.joined()
    }
}
