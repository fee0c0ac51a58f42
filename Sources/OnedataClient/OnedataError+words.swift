extension OnedataError: CustomStringConvertible {
    /// A sentence about what happened, and one about what to do where there is something.
    public var description: String {
        switch self {
        case .unreachable(let service):
            "\(service.words) can't be reached. Look whether it runs and its certificate is trusted."
        case .slow(let service, let limit): "\(service.words) didn't answer within \(limit). Try again later."
        case .nonsense(let service, let fault): "The answer of \(service.words) can't be used: \(fault.words)."
        case .unavailable(let service, let after): "\(service.words) can't now. \(Self.again(after))"
        case .tooManyRequests(let service, let after): "\(service.words) is asked too often. \(Self.again(after))"
        case .token(let fault): fault.words
        case .forbidden: "You may not do this. Ask the owner of the space."
        case .readOnly: "It can only be read: the token or the space is for reading only."
        case .notFound: "There is nothing of that name."
        case .exists: "There is something of that name already. Choose another name."
        case .notAFolder: "It isn't a folder."
        case .isAFolder: "It is a folder."
        case .notEmpty: "The folder isn't empty."
        case .overQuota: "The space is full. Remove something, or ask for more."
        case .unfitName: "Onedata can't have it under that name. Choose another name."
        case .crossesSpaces: "Nothing can be renamed into another space. Copy it, then remove it."
        case .noProvider(let fault): fault.words
        case .invalidRange: "The file ends before the part that was asked for."
        case .changed: "The file was changed while it was read. Read it again."
        case .incomplete: "Not all bytes arrived. The file is as it was; write it again."
        case .sourceFailed: "What was to be written couldn't be read. The file is as it was."
        case .refused(let service, let code): "\(service.words) refused it: \(code)."
        case .unfitAddress: "Onezone's address must be https and a host without a path; http is for loopback only."
        case .cancelled: "The call was cancelled."
        }
    }

    private static func again(_ after: Duration?) -> String {
        after.map { "Try again in \($0.components.seconds) seconds." } ?? "Try again later."
    }
}

extension OnedataService {
    fileprivate var words: String {
        switch self {
        case .onezone: "Onezone"
        case .provider(let domain): "The provider \(domain)"
        }
    }
}

extension OnedataNonsense {
    fileprivate var words: String {
        switch self {
        case .redirect: "it is a redirect"
        case .status(let code): "its status is \(code)"
        case .tooLarge: "it is too long"
        case .notJSON(let member?): "“\(member)” is missing or of the wrong kind"
        case .notJSON(nil): "it isn't the JSON that Onedata sends"
        case .range: "it is another part of the file"
        case .endlessList: "its list has no end"
        }
    }
}

extension OnedataTokenFault {
    fileprivate var words: String {
        switch self {
        case .expired: "The token has expired. Make a new one."
        case .revoked: "The token was revoked. Make a new one."
        case .notAToken: "It isn't an access token of this Onedata. Copy it again from Onezone's page of tokens."
        case .limited(let caveat): "The token's limit “\(caveat)” forbids this. Make a token without it."
        case .refused: "The token is refused. Make a new one."
        }
    }
}

extension OnedataProviderFault {
    fileprivate var words: String {
        switch self {
        case .unsupported: "No provider supports the space. Ask its owner for support."
        case .offline: "All providers of the space are offline. Try again later."
        case .outdated: "All providers of the space are older than version 21.02.5. Ask their operators."
        }
    }
}
