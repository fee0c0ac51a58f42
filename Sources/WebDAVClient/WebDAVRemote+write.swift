public import Foundation
public import NIOCore
import NIOHTTP1

/// When a file may be replaced.
public enum WebDAVCondition: Sendable, Equatable {
    /// Whatever is there.
    case none
    /// Only when nothing of that name is there.
    case isNew
    /// Only when this version is still there.
    case version(ETag)
}

/// What the server says of a file that was written.
public struct WebDAVWritten: Sendable, Equatable {
    /// The mark of the version; nil when the server doesn't tell it with its answer.
    public let etag: ETag?
    /// Nextcloud's number of the file.
    public let fileID: String?

    init(_ answer: RemoteAnswer) {
        etag = answer.etag
        fileID = answer.headers.first(name: "OC-FileId").map { String($0.prefix(255)) }
    }
}

extension WebDAVRemote {
    /// Writes a file as a whole: what was there stays until all of the new content is there.
    ///
    /// Nextcloud gets what fits into one part at once, and more in parts that are put together at the end (chunked upload,
    /// version 2). Another server gets the content under a name of its own, which then is moved onto the file.
    ///
    /// - Parameters:
    ///   - path: the file; the folder above must be there.
    ///   - content: the bytes; gone through once, and waited for as long as they take to come.
    ///   - size: how many bytes, if that is known. ``WebDAVError/contentFailed`` when it isn't true.
    ///   - condition: when it may be replaced. ``WebDAVError/alreadyThere(_:)`` or
    ///     ``WebDAVError/preconditionFailed(_:)`` when it may not.
    ///   - lock: needed when the file is locked. Of another server's file it may be gone afterwards, as the file is another.
    ///   - modified: when the content was last changed; kept where ``WebDAVCapabilities/keepsTimes``.
    /// - Returns: what the server says of the new version.
    /// - Throws: what is in the way. Nothing was replaced, but for ``WebDAVError/timedOut(_:)`` and
    ///   ``WebDAVError/offline(_:)``, after which it isn't known.
    public func write(
        _ path: WebDAVPath,
        _ content: some AsyncSequence<ByteBuffer, any Error> & Sendable,
        size: Int64? = nil,
        condition: WebDAVCondition = .none,
        lock: WebDAVLock? = nil,
        modified: Date? = nil,
    ) async throws(WebDAVError) -> WebDAVWritten {
        guard path != .root else { throw .notAFile }
        let order = WriteOrder(path: path, size: size, condition: condition, lock: lock, modified: modified)
        do throws(WebDAVError) {
            if let nextcloud = try await keptCapabilities().nextcloud, nextcloud.takesParts {
                return try await PartedUpload(remote: self, user: nextcloud.user, order: order).run(content)
            }
            return try await RemnantUpload(remote: self, order: order).run(content)
        } catch {
            // What must not be there is a condition, too.
            throw condition == .isNew && error == .preconditionFailed(.write) ? .alreadyThere(.write) : error
        }
    }

    /// Looks whether a file may be replaced, by what is there now.
    ///
    /// - Returns: the tag of the version that has to be there, as the server writes it now.
    @discardableResult
    func refuseStranger(to order: WriteOrder) async throws(WebDAVError) -> ETag? {
        guard order.condition != .none else { return nil }
        let there = try await entry(at: order.path)
        switch order.condition {
        case .none: return nil
        case .isNew:
            guard there == nil else { throw .alreadyThere(.write) }
            return nil
        case .version(let etag):
            guard let other = there?.etag, other.matches(etag) else { throw .preconditionFailed(.write) }
            return other
        }
    }
}

/// What is to be written, but for the bytes.
struct WriteOrder: Sendable {
    let path: WebDAVPath
    let size: Int64?
    let condition: WebDAVCondition
    let lock: WebDAVLock?
    let modified: Date?

    /// The version that must be there.
    var version: ETag? { if case .version(let etag) = condition { etag } else { nil } }

    /// The fields of a request that writes the file itself.
    func setFields(_ headers: inout HTTPHeaders, url: String) {
        switch condition {
        case .none: break
        case .isNew: headers.add(name: "If-None-Match", value: "*")
        case .version(let etag): headers.add(name: "If-Match", value: etag.text)
        }
        if let lock { headers.add(name: "If", value: ConditionField.text([(url, [.token(lock.token)])])) }
        setTime(&headers)
    }

    /// The fields of a request that moves the content onto the file.
    ///
    /// - Parameters:
    ///   - headers: gets them.
    ///   - url: the file's.
    ///   - present: the tag of what must be there, as the server writes it; nil when it holds to none.
    func setMoveFields(_ headers: inout HTTPHeaders, url: String, present: ETag?) {
        headers.add(name: "Destination", value: url)
        headers.add(name: "Overwrite", value: condition == .isNew ? "F" : "T")
        var states: [ConditionField.State] = []
        if let lock { states.append(.token(lock.token)) }
        if let present { states.append(.etag(present)) }
        if !states.isEmpty { headers.add(name: "If", value: ConditionField.text([(url, states)])) }
        setTime(&headers)
    }

    private func setTime(_ headers: inout HTTPHeaders) {
        guard let seconds = modified?.timeIntervalSince1970, abs(seconds) < 1e11 else { return }
        headers.add(name: "X-OC-Mtime", value: "\(Int64(seconds.rounded(.down)))")
    }
}
