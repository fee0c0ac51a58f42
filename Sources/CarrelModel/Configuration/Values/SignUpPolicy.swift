/// Whether people may make accounts of the hub by themselves.
public enum SignUpPolicy: String, CaseIterable, Sendable, Codable {
    /// Nobody may.
    case never
    /// They ask for one, and an admin approves or refuses it.
    case approval
    /// They have one at once.
    case open
}
