import CarrelModel
import Synchronization

@testable import CarrelHub

/// A proxy that does as it is told at once, and remembers what it was told.
final class FakeRoutes: RoutePublisher, Sendable {
    /// What it was told.
    enum Word: Equatable, Sendable {
        case publish(ServerKey)
        case withdraw(ServerKey)
    }

    private let state = Mutex<(routes: [ServerKey: String], words: [Word])>(([:], []))

    /// Where requests for servers go now.
    var routes: [ServerKey: String] { state.withLock { $0.routes } }

    /// All it was told, in order.
    var words: [Word] { state.withLock { $0.words } }

    func publish(_ route: ServerRoute) async {
        state.withLock { state in
            state.routes[route.key] = route.target
            state.words.append(.publish(route.key))
        }
    }

    func withdraw(_ key: ServerKey) async {
        state.withLock { state in
            state.routes[key] = nil
            state.words.append(.withdraw(key))
        }
    }
}
