import Foundation
import HTTPTypes
import Synchronization

/// What the gateway does for those who were let in: the methods of WebDAV (RFC 4918) over a person's tree.
struct GatewayMethods: Sendable {
    let address: GatewayAddress
    let memory: GatewayMemory
    let now: @Sendable () -> Date

    static let names = [
        "OPTIONS", "GET", "HEAD", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK",
    ]

    /// Those that change something.
    static let changing: Set = ["PUT", "DELETE", "MKCOL", "COPY", "MOVE", "PROPPATCH", "LOCK"]

    /// Does what a request asks for.
    ///
    /// - Throws: ``GatewayRefusal`` or ``DataFault``.
    func step(_ call: GatewayCall) async throws -> GatewayStep {
        switch call.method {
        case "OPTIONS": return .answer(options())
        case "GET": return .answer(try await get(call))
        case "HEAD": return .answer(try await head(call))
        case "PUT": return try await put(call)
        case "DELETE": return .answer(try await delete(call))
        case "MKCOL": return .answer(try await makeFolder(call))
        case "COPY": return .answer(try await transfer(call, isMove: false))
        case "MOVE": return .answer(try await transfer(call, isMove: true))
        case "PROPFIND": return .answer(try await find(call))
        case "PROPPATCH": return .answer(try await changeProperties(call))
        case "LOCK": return .answer(try await lock(call))
        case "UNLOCK": return .answer(try unlock(call))
        default:
            throw GatewayRefusal(.methodNotAllowed, "method", "Files and folders don't take that method.")
        }
    }

    private func options() -> GatewayAnswer {
        GatewayAnswer(
            status: .ok,
            headers: [.dav: "1, 2", .allow: Self.names.joined(separator: ", "), .msAuthorVia: "DAV"]
        )
    }

    /// Looks whether the field `If` holds and no lock is in the way of changes.
    ///
    /// - Throws: ``GatewayRefusal``, ``DataFault``.
    func admit(_ call: GatewayCall, _ changes: [LockTable.Change]) async throws {
        guard call.caller.isWritable else { throw DataFault.readOnly }
        var tokens: Set<String> = []
        if let text = call.headers[.ifHeader] {
            guard let field = IfField(text) else {
                throw GatewayRefusal(.badRequest, "badIf", "The request's field If can't be read.")
            }
            guard try await holds(field, call) else { throw GatewayRefusal.preconditionFailed }
            tokens = field.tokens
        }
        let obstacles = memory.locks.withLock { $0.obstacles(to: changes, of: call.caller.id, with: tokens, at: now()) }
        guard obstacles.isEmpty else { throw GatewayRefusal(DataFault.locked) }
    }

    private func holds(_ field: IfField, _ call: GatewayCall) async throws -> Bool {
        var tags: [DataPath: String?] = [:]
        lists: for list in field.lists {
            var path = call.path
            if let text = list.address {
                guard let other = address.path(ofAddress: text) else { continue }
                path = other
            }
            let tokens = memory.locks.withLock { $0.covering(path, of: call.caller.id, at: now()).map(\.token) }
            for condition in list.conditions {
                let isTrue: Bool
                switch condition.state {
                case .token(let token): isTrue = tokens.contains(token)
                case .tag(let tag):
                    if tags[path] == nil {
                        guard tags.count < 10 else { throw GatewayRefusal.preconditionFailed }
                        tags[path] = .some(try await call.tree.entryIfAny(at: path).flatMap(EntityTag.of))
                    }
                    isTrue = tags[path] == .some(tag)
                }
                if isTrue == condition.isNot { continue lists }
            }
            return true
        }
        return false
    }
}
