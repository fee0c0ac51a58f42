public import CarrelModel

/// Why somebody gets no account by signing up, or can't be given one.
public enum SignUpError: CarrelError, Equatable {
    /// Somebody has the name, or one that looks like it, or waits for it.
    case taken(String)
    /// As many people wait for an answer as may.
    case tooManyWaiting
    /// As many people have signed up from the network today as may.
    case tooManyNear
    /// Nobody waits under this number any more.
    case gone

    /// The stable name.
    public var code: String {
        switch self {
        case .taken: "signUp.taken"
        case .tooManyWaiting: "signUp.tooManyWaiting"
        case .tooManyNear: "signUp.tooManyNear"
        case .gone: "signUp.gone"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .taken(let name): "The name \(name), or one that looks like it, is taken."
        case .tooManyWaiting: "Too many people wait for an account already."
        case .tooManyNear: "As many people have signed up from your network today as may."
        case .gone: "Nobody waits there any more."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .taken: "Choose another one."
        case .tooManyWaiting: "Try again in a few days, or ask the people who run this hub."
        case .tooManyNear: "Try again tomorrow, or ask the people who run this hub."
        case .gone: "Somebody has answered already, or they waited too long."
        }
    }
}
