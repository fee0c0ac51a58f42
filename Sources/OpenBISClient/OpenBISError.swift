/// What can go wrong with openBIS; its words never hold a token or a password.
///
/// Hosts are told as `host:port`. What the server says is cut, cleaned and freed of tokens.
public enum OpenBISError: Error, Sendable, Equatable {
    /// The address isn't one of an openBIS.
    case unfitAddress(OpenBISAddressFault)
    /// The file with certificates to be trusted can't be read, or holds none.
    case unfitAuthority
    /// The text can't be a token.
    case notAToken
    /// Name and password aren't those of anybody.
    case wrongCredentials
    /// The token isn't good any more, or never was.
    case sessionOver
    /// No connection came about, or it broke.
    case unreachable(String)
    /// The host's certificate isn't trusted, or is another host's.
    case untrustedCertificate(String)
    /// An answer, or the next bytes of one, wasn't there in time.
    case slow(String, after: Duration)
    /// It can't now (5xx); and for how long, if it says so.
    case unavailable(String, after: Duration?)
    /// It is asked too often (429); and for how long it wants to be left alone, if it says so.
    case tooManyRequests(String, after: Duration?)
    /// It answered with something that no openBIS should.
    case nonsense(String, OpenBISNonsense)
    /// The person may not do this; with the server's words.
    case forbidden(String)
    /// There is nothing of that name, or the person may not see it.
    case notFound
    /// This openBIS is too old for it; with the name of the method.
    case notOffered(String)
    /// It refused; with the server's words.
    case refused(String)
    /// The range begins behind the end of the file.
    case invalidRange
    /// Fewer or more bytes of a file came than were announced.
    case incomplete
    /// What was to be uploaded couldn't be read, or had another length than was said; nothing was registered.
    case sourceFailed
    /// A name or path of a file that openBIS can't have; with the name.
    case unfitName(String)
    /// Files were uploaded, but it isn't known whether the dataset was registered.
    case unknownOutcome
    /// The task that asked was cancelled.
    case cancelled
}

/// Why an address isn't one of an openBIS.
public enum OpenBISAddressFault: Sendable, Equatable {
    /// It isn't an address with a host.
    case notAnAddress
    /// There is a path, a query or a fragment.
    case path
    /// It is http, and not on this machine itself.
    case plain
    /// There is a name or a password in it.
    case secrets
}

/// What was wrong with an answer.
public enum OpenBISNonsense: Sendable, Equatable {
    /// A redirect, which is never followed.
    case redirect
    /// A status that doesn't fit.
    case status(Int)
    /// It is larger than is read: 64 MiB of a document, or more than was said of a file.
    case tooLarge
    /// A page for people, so that there is something else at the address, or a server in front of openBIS.
    case page
    /// It isn't JSON, or not an answer to a call.
    case notJSON
    /// A member that is missing or of the wrong kind; holds its name.
    case member(String)
    /// Another part of a file than the one that was asked for.
    case range
    /// A list whose end never comes.
    case endlessList
    /// A data store whose address no token may be sent to.
    case dataStoreAddress
}
