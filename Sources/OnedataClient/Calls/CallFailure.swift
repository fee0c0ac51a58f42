/// Why a call failed, and whether it may have been done all the same.
struct CallFailure: Error, Sendable, Equatable {
    let error: OnedataError
    /// Whether bytes of it may have reached the service, and no answer said what became of it.
    var isOpen = false

    init(_ error: OnedataError, isOpen: Bool = false) {
        self.error = error
        self.isOpen = isOpen
    }

    /// Whether the fault is the service's, so that another one may do better.
    var isOfService: Bool {
        switch error {
        case .unreachable, .slow, .unavailable, .nonsense: true
        default: false
        }
    }

    /// Whether the call may be made once more, here or elsewhere, without doing anything twice.
    func allowsAnother(isSafe: Bool) -> Bool {
        isSafe || !isOpen
    }
}
