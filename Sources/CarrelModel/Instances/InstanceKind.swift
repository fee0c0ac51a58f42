/// How long an instance and what people make in it last.
public enum InstanceKind: String, Sendable, CaseIterable, Codable {
    /// Homes last: the ordinary hub.
    case persistent
    /// Nothing is kept: a server's files go with it.
    case ephemeral
    /// Everything lasts until a date, and is deleted some time after it: a course, a workshop.
    case temporary
}

/// A way into an instance.
public enum EntryWay: String, Sendable, CaseIterable, Codable {
    /// With an account of this hub.
    case account
    /// As a member of one of the instance's groups.
    case group
    /// With a link that one of its managers made, or as one of the people on their list.
    case invitation
    /// With a code that its managers tell people; without an account too, where nothing is kept.
    case code
    /// Without an account, where nothing is kept.
    case open
}
