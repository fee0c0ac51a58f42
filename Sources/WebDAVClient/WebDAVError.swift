/// What can go wrong with a WebDAV server; its words hold neither a credential nor anything that a server wrote.
public enum WebDAVError: Error, Sendable, Equatable {
    /// The address can't be used.
    case unfitAddress(AddressFault)
    /// A name or a password with characters that can't be sent.
    case unfitCredential
    /// 401: the credential is wrong, expired or withdrawn.
    case unauthorized
    /// 403: the credential is right and doesn't allow this, or the name isn't allowed.
    case forbidden(WebDAVCall)
    /// 404 or 410.
    case notFound(WebDAVCall)
    /// There is something of that name already: 405 to a new folder, 412 to what must not replace anything.
    case alreadyThere(WebDAVCall)
    /// A file where a folder was asked for.
    case notAFolder
    /// A folder where a file was asked for.
    case notAFile
    /// 409: the folder above is missing, or something is in the way.
    case conflict(WebDAVCall)
    /// 412: it was changed by somebody else.
    case preconditionFailed(WebDAVCall)
    /// It changed while it was read.
    case changedMeanwhile
    /// 416: the file is shorter than where the range begins.
    case rangeOutside
    /// 423.
    case locked(WebDAVCall)
    /// 507.
    case overQuota
    /// 413: more than the server takes at once.
    case tooLarge
    /// 429.
    case tooManyRequests(retryAfter: Duration?)
    /// 503: in maintenance, or overloaded.
    case unavailable(retryAfter: Duration?)
    /// Another status that says no.
    case refused(WebDAVCall, status: Int)
    /// It wants to be asked at another address, which isn't done, as the credential would go there.
    case redirected(WebDAVCall)
    /// No answer, or no more of it, in time.
    case timedOut(WebDAVCall)
    /// No connection came about, or it broke.
    case offline(WebDAVCall)
    /// The server isn't shown to be the one it should be; nothing was sent to it.
    case untrustedCertificate
    /// It answered with something that no WebDAV server should.
    case malformed(WebDAVCall, MalformedAnswer)
    /// The server can't do this.
    case notOffered(WebDAVCall)
    /// What was to be written couldn't be read to its end, or wasn't as long as was said. Nothing was replaced.
    case contentFailed
    /// The task that asked was cancelled.
    case cancelled
}

/// What was asked of a server.
public enum WebDAVCall: String, Sendable, Equatable {
    /// What is known of one file or folder.
    case look
    /// What is in a folder.
    case list
    /// The content of a file.
    case read
    /// To write a file.
    case write
    /// To make a folder.
    case makeFolder
    /// To move something.
    case move
    /// To copy something.
    case copy
    /// To delete something.
    case delete
    /// To lock something, or to keep it locked.
    case lock
    /// To unlock it.
    case unlock
    /// What the server can do.
    case capabilities
}

/// What was wrong with an answer.
public enum MalformedAnswer: Sendable, Equatable {
    /// A status that doesn't fit; an HTML page with 200, as a rule.
    case status(Int)
    /// Not XML, or cut off.
    case notXML
    /// A document type, which could hold entities.
    case documentType
    /// XML that is nested deeper than 64 elements.
    case tooDeep
    /// A text or tag, or a whole answer, that is larger than any should be.
    case tooLarge
    /// XML of another kind, or an answer without what was asked for.
    case notMultistatus
    /// An entry with an address outside the folder that was asked for.
    case entryElsewhere
    /// Not the JSON that was expected.
    case notJSON
    /// Fewer or more bytes than it said.
    case length
    /// Not the range that was asked for.
    case range
    /// No or an unusable lock token.
    case lockToken
}

/// What can't be used in an address.
public enum AddressFault: Sendable, Equatable {
    /// Not an http or https address with a host.
    case notAnAddress
    /// A name or password, a query or a fragment in it.
    case tooMuch
    /// Plain http, over which anybody on the way could read the password.
    case plainHTTP
}
