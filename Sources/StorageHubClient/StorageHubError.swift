/// What can go wrong between us and a StorageHub; its words never hold a token, nor anything that an answer said.
public enum StorageHubError: Error, Sendable, Equatable {
    /// The address can't be one: not https, or with a query, a fragment or a name and password.
    case unfitAddress
    /// No connection came about, it broke before an answer, or the certificate isn't trusted.
    case unreachable(StorageHubCall)
    /// Nothing came or went for too long.
    case slow(StorageHubCall, after: Duration)
    /// The connection broke in the middle; holds how many bytes of content had passed.
    case cut(StorageHubCall, after: Int64)
    /// The token is over, and no newer one is to be had.
    case tokenExpired
    /// The token was refused though it isn't over, or nobody can tell whether it is.
    case tokenRefused
    /// The token ended when content was sent that can be sent once only; there is a new one, and nothing was changed.
    case tokenRenewed
    /// The sign-in from which tokens for contexts come is over: the person must sign in again.
    case signInOver
    /// The person is no member of the context.
    case contextRefused
    /// The person may not do this (403).
    case forbidden(StorageHubCall)
    /// There is no such item, or it is in the trash.
    case notFound(StorageHubCall)
    /// Somebody else is changing the item (409).
    case locked(StorageHubCall)
    /// The service refused with one of its exceptions.
    case refused(StorageHubCall, StorageHubException)
    /// The workspace is full (507), or the file is larger than what is taken (413).
    case overQuota(StorageHubCall)
    /// Too many calls (429).
    case tooManyRequests(StorageHubCall, retryAfter: Duration?)
    /// It is being mended or too busy (502, 503, 504).
    case unavailable(StorageHubCall, retryAfter: Duration?)
    /// It answered with something that no StorageHub should.
    case nonsense(StorageHubCall, StorageHubNonsense)
    /// The content that was to be sent had another length than was said; nothing was changed.
    case wrongLength
    /// There is something of that name already, or something else has it as its inner name.
    case nameTaken
    /// The name is empty, `.`, `..`, too long, or has a slash or a zero byte.
    case unfitName
    /// A folder is needed, and this is none.
    case notFolder
    /// A file is needed, and this is none.
    case notFile
    /// The root, the folder of contexts, a context's folder or a shared folder, which stay where they are.
    case protectedFolder
    /// The item isn't any more what the caller saw.
    case changed
    /// A change broke off and couldn't be taken back; nothing was deleted for good.
    case halfDone
    /// The folder holds more than is read.
    case folderTooLarge
    /// The task that asked was cancelled.
    case cancelled
}

/// What was asked of a StorageHub.
public enum StorageHubCall: String, Sendable, Equatable {
    /// A token for a context.
    case token
    /// Who the token belongs to.
    case profile
    /// One item.
    case item
    /// The items of a folder.
    case list
    /// The bytes of a file, of a version or of a folder as an archive.
    case read
    /// A file or a new version of it.
    case write
    /// A new folder.
    case makeFolder
    /// Another name.
    case rename
    /// Another folder.
    case move
    /// A copy of a file.
    case copy
    /// To throw an item away.
    case delete
    /// To take an item out of the trash.
    case restore
    /// The versions of a file.
    case versions
}

/// An exception of the service, known by its class; its words aren't passed on.
public enum StorageHubException: String, Sendable, Equatable, CaseIterable {
    /// There is no item of that id.
    case idNotFound = "IdNotFoundException"
    /// A parameter is missing or can't be.
    case invalidCall = "InvalidCallParameters"
    /// There is an item of that name already.
    case alreadyExists = "ItemAlreadyExistsException"
    /// Somebody else is changing the item.
    case locked = "ItemLockedException"
    /// The item isn't of a kind with which this can be done, such as a shared folder that is to be moved.
    case invalidItem = "InvalidItemException"
    /// The person may not do this.
    case notAuthorized = "UserNotAuthorizedException"
    /// Something went wrong behind the service.
    case backend = "BackendGenericError"
}

/// What was wrong with an answer.
public enum StorageHubNonsense: Sendable, Equatable {
    /// A redirect, which is never followed.
    case redirect
    /// A status that doesn't fit.
    case status(Int)
    /// More than is read of such an answer.
    case tooLarge
    /// HTML or anything else that isn't the JSON that was asked for.
    case notJSON
    /// A member that is missing or of the wrong kind; holds its name.
    case member(String)
    /// The id of an item has characters that no id has, and so is sent nowhere.
    case identifier
    /// A page holds more items than were asked for, or none that weren't there before.
    case page
    /// A part of a file other than was asked for.
    case range
    /// What is there now isn't what was sent.
    case otherContent
    /// The change was made to another item.
    case otherItem
}
