import CarrelSpawn

/// What a server gets besides what every server has.
struct ServerExtras: Sendable, Equatable {
    /// For its environment.
    var variables: [String: String] = [:]
    /// Folders of this machine that it sees.
    var bindings: [FolderBinding] = []
    /// Sentences on what isn't there, for the user.
    var notices: [String] = []

    /// Adds what somebody else gives.
    mutating func add(_ more: ServerExtras) {
        variables.merge(more.variables) { _, new in new }
        bindings += more.bindings
        notices += more.notices
    }
}
