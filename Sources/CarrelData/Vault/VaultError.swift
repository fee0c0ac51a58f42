public import CarrelModel

/// Why a credential can't be had from the vault.
public enum VaultError: CarrelError, Equatable {
    /// The file of keys can't be made, read or understood.
    case keyFile(path: String, reason: String)
    /// It was encrypted with a key that the file doesn't hold (any more).
    case keyLost
    /// It was changed, or belongs to somebody or something else.
    case damaged

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .keyFile: "vault.keyFile"
        case .keyLost: "vault.keyLost"
        case .damaged: "vault.damaged"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .keyFile(let path, let reason): "The vault's file of keys, \(path), can't be used: \(reason)"
        case .keyLost: "The hub can't read this credential any more: the key it was encrypted with is gone."
        case .damaged: "The hub can't read this credential any more: what is stored of it was changed."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .keyFile: "Put the file back from a copy. Without it, people are asked for their credentials again."
        case .keyLost, .damaged: "Give it once more."
        }
    }
}
