import Logging

/// A log that a test reads: one text for each line, of its level, its event and its fields in alphabetical order.
struct LogRecorder: LogHandler {
    let lines = Notebook<String>()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    var logger: Logger { Logger(label: "recorded") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let texts = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        lines.write((["\(event.level)", "\(event.message)"] + texts).joined(separator: " "))
    }
}
