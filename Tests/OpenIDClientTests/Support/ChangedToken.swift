import Testing

@testable import OpenIDClient

/// An access token or a logout token, or what is said of one, and what is wrong with it.
struct ChangedToken: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let fault: TokenFault?
    let change: @Sendable (inout TrialToken) -> Void

    init(_ name: String, _ fault: TokenFault?, _ change: @escaping @Sendable (inout TrialToken) -> Void) {
        testDescription = name
        self.fault = fault
        self.change = change
    }
}
