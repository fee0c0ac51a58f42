public import CarrelModel

/// Why a store didn't do what was asked.
public enum DataFault: CarrelError, Equatable {
    /// There is nothing at that path.
    case notFound
    /// Something is there already.
    case alreadyThere
    /// The folder that it would be in isn't there.
    case noParent
    /// A folder was needed, and it is a file.
    case notAFolder
    /// A file was needed, and it is a folder.
    case notAFile
    /// A folder can't be moved into itself.
    case intoItself
    /// It was changed meanwhile, or isn't what it was expected to be.
    case changed
    /// There are no such bytes in the file.
    case rangeOutside(size: Int64?)
    /// Somebody holds it locked.
    case locked
    /// There is no room left for this person.
    case overQuota
    /// The store takes no file so large.
    case tooLarge
    /// The store takes no such name.
    case unfitName
    /// This person may not do that.
    case forbidden
    /// Everything there, or this way in, can only be read.
    case readOnly
    /// The store doesn't do that at all; what would be needed, in words.
    case notOffered(String)
    /// The store can't be used now: what its connection is in.
    case unusable(ConnectionState)
    /// The disk of this machine doesn't answer; what was begun may be done later.
    case diskSilent
    /// The connection broke off in the middle; nothing was changed.
    case interrupted
    /// It can't be said whether the change was made.
    case unclear
    /// Those who sent the bytes stopped in the middle; nothing was changed.
    case bodyFailed
    /// The one who asked went away.
    case cancelled
    /// Anything else, in words that hold no secret.
    case failed(String)

    /// The case's name, for the API, logs and metrics.
    public var code: String {
        switch self {
        case .notFound: "data.notFound"
        case .alreadyThere: "data.alreadyThere"
        case .noParent: "data.noParent"
        case .notAFolder: "data.notAFolder"
        case .notAFile: "data.notAFile"
        case .intoItself: "data.intoItself"
        case .changed: "data.changed"
        case .rangeOutside: "data.rangeOutside"
        case .locked: "data.locked"
        case .overQuota: "data.overQuota"
        case .tooLarge: "data.tooLarge"
        case .unfitName: "data.unfitName"
        case .forbidden: "data.forbidden"
        case .readOnly: "data.readOnly"
        case .notOffered: "data.notOffered"
        case .unusable(let state): "data.unusable.\(state.code)"
        case .diskSilent: "data.diskSilent"
        case .interrupted: "data.interrupted"
        case .unclear: "data.unclear"
        case .bodyFailed: "data.bodyFailed"
        case .cancelled: "data.cancelled"
        case .failed: "data.failed"
        }
    }

    /// What happened.
    public var message: String {
        switch self {
        case .notFound: "There is nothing of that name."
        case .alreadyThere: "Something of that name is there already."
        case .noParent: "The folder that it would be in isn't there."
        case .notAFolder: "It is a file, not a folder."
        case .notAFile: "It is a folder, not a file."
        case .intoItself: "A folder can't be put into itself."
        case .changed: "It was changed by somebody else meanwhile."
        case .rangeOutside: "The file has no such bytes."
        case .locked: "Somebody else holds it locked."
        case .overQuota: "There is no room left: your quota there is used up."
        case .tooLarge: "It is larger than what is taken there."
        case .unfitName: "That name can't be used there."
        case .forbidden: "You may not do that there."
        case .readOnly: "It can only be read."
        case .notOffered(let what): what
        case .unusable(let state): state.message
        case .diskSilent: "The disk that this is on doesn't answer in time; what was begun may still be done."
        case .interrupted: "The connection broke off before all was there; nothing was changed."
        case .unclear: "The connection broke off, and it can't be said whether the change was made."
        case .bodyFailed: "What was sent ended too early; nothing was changed."
        case .cancelled: "It was given up."
        case .failed(let reason): reason
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .notFound, .noParent: "Look whether it was renamed or removed."
        case .alreadyThere: "Choose another name, or remove the one that is there."
        case .notAFolder, .notAFile, .intoItself, .unfitName: "Choose another name."
        case .changed: "Look at what is there now before you change it."
        case .rangeOutside: "Read the file again."
        case .locked: "Try again when it is released."
        case .overQuota: "Remove something there, or ask for more room."
        case .tooLarge: "Split it, or ask the people who run that service."
        case .forbidden, .readOnly: "Ask its owner for the right to change it."
        case .notOffered: "Use another folder."
        case .unusable(let state): state.remedy
        case .diskSilent: "Try again later; tell the people who run this hub if it lasts."
        case .interrupted, .bodyFailed, .cancelled, .failed: "Try again."
        case .unclear: "Look at what is there before you try again."
        }
    }
}
