/// Why a call failed, and whether it may have been done all the same.
struct CallFailure: Error, Sendable, Equatable {
    let error: OpenBISError
    /// Whether bytes of it may have reached the server, and no answer said what became of it.
    var isOpen = false

    init(_ error: OpenBISError, isOpen: Bool = false) {
        self.error = error
        self.isOpen = isOpen
    }
}
