import NIOCore
import Synchronization

/// What is done with a request once its head is complete.
extension ClientHandler {
    func startRequest(_ bytes: Span<UInt8>, from start: Int) {
        var fields: [Field] = []
        swap(&fields, &scratch.fields)
        defer { swap(&fields, &scratch.fields) }
        do throws(Refusal) {
            let head = try RequestHead.read(bytes, from: start, limits: scratch.headLimits, into: &fields)
            serve(head, fields, bytes)
        } catch {
            refuse(error)
        }
    }

    private func serve(_ head: RequestHead, _ fields: [Field], _ bytes: Span<UInt8>) {
        let id = scratch.requestIDs.next()
        let route = findRoute(head, bytes)
        var out = ByteBuffer()
        out.reserveCapacity(minimumWritableBytes: bytes.count + 256)
        HeadWriter.writeRequest(
            head,
            fields,
            from: bytes,
            prefix: route?.target.prefix ?? "",
            client: identity,
            requestID: id,
            hiding: route?.path == "/" ? .none : scratch.shared.privateFields,
            into: &out
        )
        phase = .exchange
        exchange = Exchange(
            id: id,
            method: head.method,
            isHTTP10: head.isHTTP10,
            wantsJSON: head.wantsJSON,
            wantsUpgrade: head.upgrade != nil,
            isBodiless: head.isBodiless,
            route: route,
            head: out,
            requestBody: BodyPump(head.framing, framing: .passedOn),
            closesAfter: !head.keepsAlive || scratch.shared.isDraining.load(ordering: .relaxed)
        )
        if case .redirect(let port) = purpose { return redirect(toPort: port) }
        if head.isAsteriskForm { return answer(.options) }
        if spells(bytes, head.target.lowerBound, head.pathEnd, "/_chp_healthz") { return answer(.healthy) }
        guard let route else { return fail(404) }
        route.counters.requestStarted()
        connect(to: route.target.endpoint, mayUseKept: true)
    }

    private func findRoute(_ head: RequestHead, _ bytes: Span<UInt8>) -> Route? {
        if let ownRoute { return ownRoute }
        return scratch.shared.routes.withLock { $0.lookUp(bytes, head.target.lowerBound, head.pathEnd) }
    }

    private func spells(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: StaticString) -> Bool {
        guard end - start == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { letters in
            for index in 0..<(end - start) where bytes[start + index] != letters[index] { return false }
            return true
        }
    }

    /// Takes a kept connection or opens one, and sends the request over it.
    func connect(to endpoint: UpstreamTarget.Endpoint, mayUseKept: Bool) {
        guard let exchange else { return }
        let mustBeFresh = !exchange.isBodiless || !exchange.method.isIdempotent
        if mayUseKept,
            let upstream = scratch.pool.checkOut(endpoint, mustBeFresh: mustBeFresh, now: scratch.now)
        {
            self.exchange?.usedKeptConnection = true
            attach(upstream)
            return
        }
        guard scratch.pool.hasRoom(endpoint) else { return upstreamDidFail(.overloaded) }
        self.exchange?.usedKeptConnection = false
        let number = requestNumber
        scratch.pool.connect(endpoint) { [self] result in
            let isAwaited =
                number == requestNumber && self.exchange != nil && self.exchange?.upstream == nil
                && self.exchange?.isFetchingErrorPage == false
            switch result {
            case .success(let upstream):
                if isAwaited { attach(upstream) } else { scratch.pool.checkIn(upstream, now: scratch.now) }
            case .failure:
                if isAwaited { upstreamDidFail(.unreachable) }
            }
        }
    }

    /// Ends a connection over what it sent.
    func refuse(_ refusal: Refusal) {
        exchange?.upstream?.abandon()
        if exchange?.hasResponse == true {
            context?.close(promise: nil)
            return
        }
        pending = nil
        phase = .exchange
        let id = exchange?.id ?? scratch.requestIDs.next()
        exchange = Exchange(
            id: id,
            method: exchange?.method ?? .other,
            isHTTP10: false,
            wantsJSON: exchange?.wantsJSON ?? false,
            wantsUpgrade: false,
            isBodiless: true,
            route: nil,
            head: ByteBuffer(),
            requestBody: BodyPump(.none, framing: .stripped),
            closesAfter: true
        )
        answer(.refusal(refusal, asJSON: exchange?.wantsJSON ?? false))
    }

    private func redirect(toPort port: Int) {
        guard let exchange else { return }
        var host = exchange.host
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]") { host = String(host[..<colon]) }
        let authority = port == 443 ? host : "\(host):\(port)"
        answer(.redirect(to: "https://\(authority)\(exchange.target)"))
    }
}
