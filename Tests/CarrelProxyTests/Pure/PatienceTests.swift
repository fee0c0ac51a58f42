import NIOCore
import Testing

@testable import CarrelProxy

@Suite struct PatienceTests {
    private let limits = ProxyLimits()

    private func at(_ seconds: Int64) -> NIODeadline {
        .uptimeNanoseconds(0) + .seconds(seconds)
    }

    private func isExhausted(_ steps: [(Patience.Waiting, request: Int, moved: Int, second: Int64)]) -> Bool {
        var patience = Patience(now: at(0))
        var last = false
        for step in steps {
            last = patience.isExhausted(
                waiting: step.0,
                request: step.request,
                moved: step.moved,
                now: at(step.second),
                limits: limits
            )
        }
        return last
    }

    @Test func `a head that drips in is not waited for longer than a head`() {
        #expect(!isExhausted([(.firstHead, 0, 0, 1), (.head, 0, 10, 20), (.head, 0, 20, 29)]))
        #expect(isExhausted([(.firstHead, 0, 0, 1), (.head, 0, 10, 20), (.head, 0, 20, 30)]))
    }

    @Test func `a kept connection is waited for anew after each request`() {
        #expect(!isExhausted([(.nextRequest, 1, 0, 10), (.nextRequest, 2, 0, 80), (.nextRequest, 2, 0, 100)]))
        #expect(isExhausted([(.nextRequest, 1, 0, 10), (.nextRequest, 1, 0, 85)]))
    }

    @Test func `an upload must move enough in every period`() {
        #expect(!isExhausted([(.requestBody, 1, 0, 1), (.requestBody, 1, 1024, 50), (.requestBody, 1, 1100, 109)]))
        #expect(isExhausted([(.requestBody, 1, 0, 1), (.requestBody, 1, 1024, 50), (.requestBody, 1, 1100, 110)]))
        #expect(isExhausted([(.requestBody, 1, 0, 1), (.requestBody, 1, 60, 61)]))
    }

    @Test func `a notebook may think for minutes`() {
        #expect(!isExhausted([(.upstreamHead, 1, 0, 1), (.upstreamHead, 1, 0, 899)]))
        #expect(isExhausted([(.upstreamHead, 1, 0, 1), (.upstreamHead, 1, 0, 901)]))
    }

    @Test func `an open tunnel may be silent for ever, a half-closed one may not`() {
        #expect(!isExhausted([(.tunnel, 1, 0, 1), (.tunnel, 1, 0, 1_000_000)]))
        #expect(isExhausted([(.tunnel, 1, 0, 1), (.halfClosedTunnel, 1, 0, 10), (.halfClosedTunnel, 1, 0, 70)]))
    }
}
