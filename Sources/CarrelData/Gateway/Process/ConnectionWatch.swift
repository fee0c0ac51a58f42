import ServiceLifecycle

/// Looks now and then whether connections that are down are up again, so that their people hear of it without asking.
struct ConnectionWatch: Service {
    let shelf: StoreShelf
    let clock: any Clock<Duration>

    private static let pause = Duration.seconds(5)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await clock.sleep(for: Self.pause)
                await shelf.lookAgain()
            }
        }
    }
}
