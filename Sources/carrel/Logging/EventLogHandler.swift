import Foundation
import Logging
import Synchronization

/// Writes log events to standard error, one line each.
struct EventLogHandler: LogHandler {
    /// What can be changed while the program runs.
    struct Settings: Sendable {
        var level: Logger.Level = .info
        var format: EventLine.Format = .text
    }

    /// The settings of all loggers of a process; a reload changes them.
    final class Shared: Sendable {
        let settings = Mutex(Settings())
    }

    let shared: Shared
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    /// A logger may be quieter than the others, never louder.
    private var ownLevel = Logger.Level.trace

    var logLevel: Logger.Level {
        get { max(ownLevel, shared.settings.withLock { $0.level }) }
        set { ownLevel = newValue }
    }

    init(shared: Shared) {
        self.shared = shared
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard isOurs(event) || logLevel <= .debug else { return }
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { own, _ in own }
            .merging(event.metadata ?? [:]) { _, given in given }
        let line = EventLine(
            time: Date(),
            level: event.level,
            event: event.message.description,
            // Hummingbird numbers requests too; ours come from the proxy and are in its answers.
            fields: all.filter { $0.key != "hb.request.id" }.sorted { $0.key < $1.key }.map {
                ($0.key, $0.value.description)
            },
        )
        let text = line.written(as: shared.settings.withLock { $0.format }) + "\n"
        FileHandle.standardError.write(Data(text.utf8))
    }
}

extension EventLogHandler {
    /// Whether an event is Carrel's own: what libraries say of themselves is for those who look for a fault in them.
    private func isOurs(_ event: LogEvent) -> Bool {
        event.source.lowercased().hasPrefix("carrel") || event.level == .critical
    }
}

extension Logger {
    /// For a library that would print its own affairs.
    var quiet: Logger {
        var logger = self
        logger.logLevel = .notice
        return logger
    }
}
