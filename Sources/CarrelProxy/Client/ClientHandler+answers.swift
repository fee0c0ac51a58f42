import NIOCore

/// Answers that the proxy gives itself.
extension ClientHandler {
    /// Says that a request could not be served: with the hub's page, else with our own.
    func fail(_ status: Int) {
        guard let exchange else { return }
        self.exchange?.status = status
        if status != 404 {
            let route = exchange.route?.path ?? "-"
            scratch.shared.logFailure(route: route, status: status, request: exchange.id, at: scratch.now)
        }
        // Whoever calls at a port of its own is a program.
        if ownRoute == nil, !exchange.wantsJSON, let target = scratch.shared.errorTarget {
            fetchErrorPage(status, from: target)
        } else {
            answerWithBuiltInPage()
        }
    }

    func answerWithBuiltInPage() {
        guard let exchange else { return }
        answer(.failure(exchange.status, id: exchange.id, asJSON: exchange.wantsJSON))
    }

    /// Writes an answer of our own and goes on to the next request.
    func answer(_ answer: LocalAnswer) {
        guard var exchange, !exchange.hasResponse else { return }
        exchange.hasResponse = true
        exchange.status = answer.status
        if !exchange.requestBody.isComplete { exchange.closesAfter = true }
        self.exchange = exchange
        var out = ByteBuffer()
        answer.write(
            requestID: exchange.id,
            persistence: exchange.persistence,
            isBodyLeftOut: exchange.method == .head,
            into: &out
        )
        unsent = out
        finishResponse()
    }
}
