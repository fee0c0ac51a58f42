/// An error that can be shown to the person it happens to.
///
/// Every module has one enum of this kind. None of the three texts ever holds a secret.
public protocol CarrelError: Error, Sendable {
    /// A stable name from a bounded set, `module.whatHappened`, for the API, logs and metrics.
    var code: String { get }

    /// A sentence that says what happened to what.
    var message: String { get }

    /// A sentence that says what to do now.
    var remedy: String { get }
}
