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

    /// Waits for running requests on all loops at once, at most so long.
    func drain(within limit: TimeAmount) async {
        let waits = contexts.values.map { bound in
            let loop = bound.eventLoop
            let drained = loop.makePromise(of: Void.self)
            let deadline = loop.scheduleTask(in: limit) { drained.succeed() }
            drained.futureResult.whenComplete { _ in deadline.cancel() }
            loop.execute { bound.value.drain(drained) }
            return drained.futureResult
        }
        for wait in waits { try? await wait.get() }
    }

    /// Ends every connection.
    func closeAll() async {
        for bound in contexts.values {
            try? await bound.eventLoop.submit { bound.value.closeAll() }.get()
        }
    }
}
