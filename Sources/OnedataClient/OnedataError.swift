/// What can go wrong with Onedata; its words never hold a token, a file's name or an answer's body.
public enum OnedataError: Error, Sendable, Equatable {
    /// No connection came about, it broke, or the service's certificate isn't trusted.
    case unreachable(OnedataService)
    /// An answer, or the next bytes of one, wasn't there in time.
    case slow(OnedataService, after: Duration)
    /// It answered with something that no service of Onedata should.
    case nonsense(OnedataService, OnedataNonsense)
    /// It can't now (5xx); and for how long, if it says so.
    case unavailable(OnedataService, after: Duration?)
    /// It is asked too often (429); and for how long it wants to be left alone, if it says so.
    case tooManyRequests(OnedataService, after: Duration?)
    /// The token isn't good for this.
    case token(OnedataTokenFault)
    /// The token is good, but its owner may not do this.
    case forbidden
    /// The token is for reading, or every provider of the space is.
    case readOnly
    /// There is nothing of that name.
    case notFound
    /// Something of that name is there already.
    case exists
    /// Something on the way isn't a folder.
    case notAFolder
    /// It is a folder, and has no content.
    case isAFolder
    /// The folder isn't empty.
    case notEmpty
    /// The space is full.
    case overQuota
    /// Onedata can't have a file of that name; or a folder would come to lie in itself.
    case unfitName
    /// A rename from one space to another, which Onedata doesn't have: copy, then remove.
    case crossesSpaces
    /// No provider can be asked for the files of a space.
    case noProvider(OnedataProviderFault)
    /// The range begins behind the end of the file.
    case invalidRange
    /// The file became another one while it was read.
    case changed
    /// Not as many bytes as were announced came, or were stored; nothing was replaced.
    case incomplete
    /// What was to be written couldn't be had; nothing was replaced.
    case sourceFailed
    /// It refused with an error of its own; the code is Onedata's id of it.
    case refused(OnedataService, code: String)
    /// The address of Onezone isn't one: `https://host`, or `http://` on a loopback address.
    case unfitAddress
    /// The task that asked was cancelled.
    case cancelled
}

/// Whom something was asked of.
public enum OnedataService: Sendable, Equatable {
    /// The one that knows people, tokens and spaces.
    case onezone
    /// One that has files; by its domain.
    case provider(String)
}

/// What was wrong with an answer.
public enum OnedataNonsense: Sendable, Equatable {
    /// A redirect, which is never followed.
    case redirect
    /// A status that doesn't fit.
    case status(Int)
    /// A document of more than 8 MiB, or a content that is longer than it was said to be.
    case tooLarge
    /// HTML or anything else that isn't the JSON that was asked for; holds the name of what was missing, if known.
    case notJSON(member: String?)
    /// Another part of a file than the one that was asked for.
    case range
    /// A list whose end never comes.
    case endlessList
}

/// Why a token isn't good.
public enum OnedataTokenFault: Sendable, Equatable {
    /// Its time is over.
    case expired
    /// It was revoked.
    case revoked
    /// It isn't an access token of this Onedata.
    case notAToken
    /// A limit in it, by the caveat's type, such as `interface`, `service` or `ip`, or `data.readonly`.
    case limited(String)
    /// It is refused, and no known reason was given.
    case refused
}

/// Why no provider can be asked.
public enum OnedataProviderFault: Sendable, Equatable {
    /// None supports the space.
    case unsupported
    /// All that support it are offline, as Onezone says.
    case offline
    /// All that support it are older than version 21.02.5.
    case outdated
}
