import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Lets callers in, has their requests done, and says in the log what was changed and what was refused.
struct GatewayResponder: Sendable {
    let methods: GatewayMethods
    let door: any GatewayDoor
    let mostRequestsOfOne: Int
    let logger: Logger

    /// Who asks, or what they are told instead.
    enum Entry {
        case caller(GatewayCaller)
        case turnedAway(GatewayAnswer)
    }

    /// Lets somebody in; who is let in counts until ``leave(_:)``.
    func enter(_ request: Request, from address: String) async -> Entry {
        guard !BrowserRule.refuses(request.method, request.headers) else {
            return .turnedAway(
                GatewayRefusal(
                    .forbidden,
                    "otherPage",
                    "A page in a browser can't use your files.",
                    remedy: "Open the address itself, over https, or use a program."
                ).answer
            )
        }
        guard let field = request.headers[.authorization], let shown = AuthorizationReader.read(field) else {
            return .turnedAway(unauthorized())
        }
        switch await door.caller(shown, from: address) {
        case .refused:
            logger.info("gateway refused a caller", metadata: ["address": "\(address)"])
            return .turnedAway(unauthorized())
        case .wait(let seconds): return .turnedAway(later(.tooManyRequests, "wait", seconds))
        case .unavailable: return .turnedAway(later(.serviceUnavailable, "door", 5))
        case .admitted(let caller):
            guard methods.memory.begin(of: caller.id, most: mostRequestsOfOne) else {
                logger.info("gateway has too many requests", metadata: ["caller": "\(caller.id)"])
                if request.method == .put, let path = methods.address.path(ofTarget: request.head.path ?? "") {
                    methods.failed(path, of: caller)
                }
                return .turnedAway(later(.tooManyRequests, "requests", 1))
            }
            return .caller(caller)
        }
    }

    /// A caller's request is done.
    func leave(_ caller: GatewayCaller) {
        methods.memory.end(of: caller.id)
    }

    /// Does a request.
    func step(_ request: Request, of caller: GatewayCaller) async -> GatewayStep {
        let target = request.head.path ?? ""
        guard let path = methods.address.path(ofTarget: target) else {
            return .answer(refusal(.badPath, request, caller, nil))
        }
        let call = GatewayCall(
            method: request.method.rawValue,
            path: path,
            hasSlash: target.prefix { $0 != "?" }.hasSuffix("/"),
            headers: request.headers,
            body: request.body,
            caller: caller
        )
        do {
            switch try await methods.step(call) {
            case .answer(let answer): return .answer(note(answer, call))
            case .take(let take):
                return .take {
                    do {
                        return note(try await take(), call)
                    } catch {
                        return refusal(GatewayRefusal(thrown: error), request, caller, path)
                    }
                }
            }
        } catch {
            return .answer(refusal(GatewayRefusal(thrown: error), request, caller, path))
        }
    }

    private func note(_ answer: GatewayAnswer, _ call: GatewayCall) -> GatewayAnswer {
        guard GatewayMethods.changing.contains(call.method) else { return answer }
        logger.info("gateway changed", metadata: metadata(call.method, call.caller, call.path, answer.status))
        return answer
    }

    private func refusal(
        _ refusal: GatewayRefusal,
        _ request: Request,
        _ caller: GatewayCaller,
        _ path: DataPath?,
    ) -> GatewayAnswer {
        var metadata = metadata(request.method.rawValue, caller, path, refusal.status)
        metadata["code"] = "\(refusal.code)"
        // Programs look for what isn't there all the time.
        logger.log(level: refusal.status == .notFound ? .debug : .info, "gateway refused", metadata: metadata)
        return refusal.answer
    }

    /// What the log holds of a request: no name below the top.
    private func metadata(
        _ method: String,
        _ caller: GatewayCaller,
        _ path: DataPath?,
        _ status: HTTPResponse.Status,
    ) -> Logger.Metadata {
        let known = GatewayMethods.names.contains(method) ? method : "other"
        let top = caller.tree.folders.first { $0.name == path?.names.first }?.name.description ?? ""
        return ["caller": "\(caller.id)", "method": "\(known)", "folder": "\(top)", "status": "\(status.code)"]
    }

    func unauthorized() -> GatewayAnswer {
        var answer = GatewayRefusal(
            .unauthorized,
            "unauthorized",
            "Show your name and a token of the hub.",
            remedy: "Make a token on the hub's page and give it as the password."
        ).answer
        answer.headers.append(HTTPField(name: .wwwAuthenticate, value: #"Basic realm="Carrel", charset="UTF-8""#))
        answer.headers.append(HTTPField(name: .wwwAuthenticate, value: #"Bearer realm="Carrel""#))
        return answer
    }

    private func later(_ status: HTTPResponse.Status, _ code: String, _ seconds: Int) -> GatewayAnswer {
        GatewayRefusal(status, code, "Not now.", remedy: "Try again later.", retryAfter: max(seconds, 1)).answer
    }
}
