extension OpenBISError: CustomStringConvertible {
    /// A sentence about what happened, and one about what to do where there is something.
    public var description: String {
        switch self {
        case .unfitAddress(let fault): fault.words
        case .unfitAuthority:
            "The file with openBIS' certificate authority can't be read as PEM. Look at its path and its content."
        case .notAToken: "It isn't a token of openBIS. Copy it again, whole, from your profile in openBIS."
        case .wrongCredentials: "openBIS doesn't know this name and password. Type them again."
        case .sessionOver: "The openBIS session is over. Sign in to openBIS again."
        case .unreachable(let host): "openBIS can't be reached at \(host). Look whether it runs, or try again later."
        case .untrustedCertificate(let host):
            "The certificate of openBIS at \(host) isn't trusted. Ask the administrator to set its certificate authority."
        case .slow(let host, let limit): "openBIS at \(host) didn't answer within \(limit). Try again later."
        case .unavailable(let host, let after): "openBIS at \(host) can't now. \(Self.again(after))"
        case .tooManyRequests(let host, let after): "openBIS at \(host) is asked too often. \(Self.again(after))"
        case .nonsense(let host, let fault): "The answer of \(host) can't be used: \(fault.words)."
        case .forbidden(let words): "openBIS doesn't allow it: \(words)"
        case .notFound: "openBIS has nothing of that name that you may see."
        case .notOffered(let method): "This openBIS doesn't offer \(method). Ask its administrator for a newer version."
        case .refused(let words): "openBIS refused: \(words)"
        case .invalidRange: "The file ends before the part that was asked for."
        case .incomplete: "The file didn't arrive whole. Read it again."
        case .sourceFailed: "What was to be uploaded couldn't be read whole. Nothing was registered in openBIS."
        case .unfitName(let name): "openBIS can't have a file named “\(name)”. Choose another name."
        case .unknownOutcome:
            """
            openBIS didn't say whether the dataset was registered. \
            Look for it in openBIS before you try again, so that it isn't there twice.
            """
        case .cancelled: "The call was cancelled."
        }
    }

    private static func again(_ after: Duration?) -> String {
        after.map { "Try again in \($0.components.seconds) seconds." } ?? "Try again later."
    }
}

extension OpenBISAddressFault {
    fileprivate var words: String {
        switch self {
        case .notAnAddress: "The address of openBIS isn't one. Write it as https://openbis.example.org."
        case .path: "The address of openBIS ends with its host or port. Leave out what stands behind it."
        case .plain: "The address of openBIS must begin with https://. http:// is for this machine itself."
        case .secrets: "The address of openBIS must not hold a name or a password. Leave them out."
        }
    }
}

extension OpenBISNonsense {
    fileprivate var words: String {
        switch self {
        case .redirect: "it is a redirect"
        case .status(let code): "its status is \(code)"
        case .tooLarge: "it is too long"
        case .page: "it is a page for people, so perhaps there is no openBIS at this address"
        case .notJSON: "it isn't the JSON that openBIS sends"
        case .member(let name): "“\(name)” is missing or of the wrong kind"
        case .range: "it is another part of the file"
        case .endlessList: "its list has no end"
        case .dataStoreAddress: "it names a data store whose address isn't https and a host"
        }
    }
}
