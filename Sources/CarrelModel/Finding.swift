/// Something `carrel doctor` found out about this machine or this configuration.
public struct Finding: Sendable, Equatable {
    /// How good or bad a finding is.
    public enum Grade: String, Sendable, Codable {
        /// All is as it should be.
        case good
        /// Carrel works, with less safety or comfort; the finding says with how much less.
        case weaker
        /// Carrel can't do its work until this is mended.
        case missing
    }

    /// What was looked at: `bubblewrap`, `user namespaces`, `state directory`.
    public let subject: String

    /// How good or bad it is.
    public let grade: Grade

    /// A sentence that says what was found.
    public let message: String

    /// The command or setting that mends it; nil when nothing needs mending.
    public let remedy: String?

    /// Makes a finding.
    public init(subject: String, grade: Grade, message: String, remedy: String? = nil) {
        self.subject = subject
        self.grade = grade
        self.message = message
        self.remedy = remedy
    }
}
