extension WebDAVError: CustomStringConvertible {
    /// What happened, and what to do.
    public var description: String { "\(message) \(remedy)" }

    /// What happened.
    public var message: String {
        switch self {
        case .unfitAddress(.notAnAddress): "This isn't the address of a WebDAV folder."
        case .unfitAddress(.tooMuch): "The address holds a name, a password, a query or a fragment."
        case .unfitAddress(.plainHTTP): "The address is plain http, over which others could read the password."
        case .unfitCredential: "The name or the password holds characters that can't be sent."
        case .unauthorized: "The server doesn't accept the name and password."
        case .forbidden(let call): "The server doesn't allow to \(call.words)."
        case .notFound(let call): "There is nothing of that name on the server to \(call.words)."
        case .alreadyThere: "There is something of that name already."
        case .notAFolder: "It is a file, not a folder."
        case .notAFile: "It is a folder, not a file."
        case .conflict(let call):
            "The server can't \(call.words): the folder above is missing, or something is in the way."
        case .preconditionFailed: "Somebody else has changed it meanwhile; nothing was replaced."
        case .changedMeanwhile: "It changed while it was read."
        case .rangeOutside: "The file is shorter than that."
        case .locked: "Somebody else has locked it."
        case .overQuota: "There is no room left on the server; nothing was replaced."
        case .tooLarge: "The server doesn't take that much at once."
        case .tooManyRequests: "The server was asked too often, or with too many wrong passwords."
        case .unavailable: "The server is in maintenance or overloaded."
        case .refused(let call, let status): "The server refused to \(call.words) (status \(status))."
        case .redirected(let call): "The server wants to be asked elsewhere to \(call.words)."
        case .timedOut(let call): "The server took too long to \(call.words)."
        case .offline(let call): "The server can't be reached to \(call.words)."
        case .untrustedCertificate: "The certificate of the server isn't trusted."
        case .malformed(let call, let what): "The server's answer to \(call.words) can't be used: \(what.words)."
        case .notOffered(let call): "The server can't \(call.words)."
        case .contentFailed: "What was to be written couldn't be read to its end; nothing was replaced."
        case .cancelled: "Nobody waits for it any more."
        }
    }

    /// What to do.
    public var remedy: String {
        switch self {
        case .unfitAddress(.notAnAddress): "Copy it from the settings of your storage; it begins with https://."
        case .unfitAddress(.tooMuch): "Leave these out."
        case .unfitAddress(.plainHTTP): "Write it with https://."
        case .unfitCredential: "Type both again."
        case .unauthorized: "Type both again; Nextcloud wants an app password, made under Settings, Security."
        case .forbidden: "Ask the owner for the right, or choose another name."
        case .notFound: "Look whether it was moved or deleted."
        case .alreadyThere, .notAFolder, .notAFile: "Choose another name."
        case .conflict: "Make the folder above first."
        case .preconditionFailed: "Look at the newer version, and save yours under another name."
        case .changedMeanwhile, .cancelled: "Do it again."
        case .rangeOutside: "Read it anew."
        case .locked: "Wait until it is unlocked."
        case .overQuota: "Delete something there, or ask for more room."
        case .tooLarge: "Ask those who run the server for a higher limit."
        case .tooManyRequests(let pause?), .unavailable(let pause?): "Try again in \(pause)."
        case .tooManyRequests(nil), .unavailable(nil), .timedOut: "Try again later."
        case .refused: "Ask those who run the server."
        case .redirected: "Write the address to which it leads."
        case .offline: "Look whether the server runs and its name is right."
        case .untrustedCertificate: "Look whether the name is right; ask those who run the server."
        case .malformed: "Look whether the address is that of a WebDAV folder."
        case .notOffered: "Use another server for it."
        case .contentFailed: "Send it again."
        }
    }
}

extension WebDAVCall {
    fileprivate var words: String {
        switch self {
        case .look: "look at it"
        case .list: "list the folder"
        case .read: "read the file"
        case .write: "write the file"
        case .makeFolder: "make the folder"
        case .move: "move it"
        case .copy: "copy it"
        case .delete: "delete it"
        case .lock: "lock it"
        case .unlock: "unlock it"
        case .capabilities: "say what it can do"
        }
    }
}

extension MalformedAnswer {
    fileprivate var words: String {
        switch self {
        case .status(let code): "its status is \(code)"
        case .notXML: "it isn't XML, or is cut off"
        case .documentType: "it has a document type"
        case .tooDeep: "it is nested too deep"
        case .tooLarge: "it is too large"
        case .notMultistatus: "it isn't what WebDAV calls a multi-status"
        case .entryElsewhere: "it names something outside the folder"
        case .notJSON: "it isn't the JSON that was expected"
        case .length: "it isn't as long as it says"
        case .range: "it isn't the range that was asked for"
        case .lockToken: "it has no lock token"
        }
    }
}
