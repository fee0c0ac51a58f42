import NIOCore

/// The contexts of all event loops, found by loop.
struct LoopContexts: Sendable {
    private let contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>]

    static func start(on group: any EventLoopGroup, shared: SharedState) async throws -> LoopContexts {
        var contexts: [ObjectIdentifier: NIOLoopBound<LoopContext>] = [:]
        for loop in group.makeIterator() {
            contexts[ObjectIdentifier(loop)] = try await loop.submit {
                let context = LoopContext(loop: loop, shared: shared)
                context.start()
                return NIOLoopBound(context, eventLoop: loop)
            }.get()
        }
        return LoopContexts(contexts: contexts)
    }

    /// The context of a loop; called on that loop.
    func context(of loop: any EventLoop) -> LoopContext? {
        contexts[ObjectIdentifier(loop)]?.value
    }

    /// Waits for running requests, at most so long.
    func drain(within limit: TimeAmount) async {
        for bound in contexts.values {
            let loop = bound.eventLoop
            let drained = loop.makePromise(of: Void.self)
            let deadline = loop.scheduleTask(in: limit) { drained.succeed() }
            loop.execute { bound.value.drain(drained) }
            try? await drained.futureResult.get()
            deadline.cancel()
        }
    }

    /// Ends every connection.
    func closeAll() async {
        for bound in contexts.values {
            try? await bound.eventLoop.submit { bound.value.closeAll() }.get()
        }
    }
}
