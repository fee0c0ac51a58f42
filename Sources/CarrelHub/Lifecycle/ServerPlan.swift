import CarrelStore

/// What to do next for one server.
///
/// Pure: the same arguments give the same answer.
///
/// A server is stopped → queued → starting → ready → stopping → stopped (reference 1.10). Every combination of row and
/// process has an answer here, also those that only a crash between two steps can leave behind, so no server is ever stuck.
struct ServerPlan: Equatable {
    /// One step; after it the plan is asked again.
    enum Step: Equatable {
        /// Wait for a turn to start.
        case queue
        /// Make credentials and begin a process.
        case start
        /// Wait until the process answers.
        case awaitAnswer
        /// Send requests to it, and watch it until it ends.
        case serve
        /// End the process.
        case stop
        /// Note that there is no process; with `unexpected`, that it ended by itself.
        case finish(unexpected: Bool)
        /// Nothing to do until somebody asks for something.
        case rest
    }

    /// What the spawner says.
    enum Process: Equatable {
        case absent
        case present
    }

    let wanted: ServerRecord.Wanted
    let observed: ServerRecord.Observed
    let process: Process
    /// Whether the queue has let this server go ahead.
    let hasTurn: Bool

    var next: Step {
        switch (wanted, process) {
        case (.stopped, .present):
            .stop
        case (.stopped, .absent):
            observed == .stopped ? .rest : .finish(unexpected: false)
        case (.running, .absent):
            switch observed {
            case .stopped, .queued, .starting: hasTurn ? .start : .queue
            case .ready: .finish(unexpected: true)
            case .stopping: .finish(unexpected: false)
            }
        case (.running, .present):
            switch observed {
            case .starting: .awaitAnswer
            case .ready: .serve
            // A process that nobody noted, or one whose stop was cut short: out of the way, then begin again.
            case .stopped, .queued, .stopping: .stop
            }
        }
    }
}
