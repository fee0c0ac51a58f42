import CarrelModel
import CarrelSpawn

/// Why a notebook wasn't put into a home; messages begin as those of openBIS' own service, which its page shows
/// (reference openbis 2.1).
enum IntegrationError: CarrelError, Equatable {
    /// There is no endpoint here.
    case notOffered
    /// It takes only posts.
    case isRead
    case method(String)
    /// The page that posts isn't openBIS'.
    case foreignPage(String)
    /// An argument isn't there.
    case missing(String)
    /// An argument can't be used; `reason` says which and why.
    case unfit(String)
    /// The token isn't one of somebody who is signed in at openBIS.
    case badToken
    /// They have no account here, and can't have one.
    case noUser(String)
    /// Their home can't be made or entered; in words.
    case noProfile(String, reason: String)
    /// The folder can't be made or entered.
    case folder(String, reason: String)
    /// The file can't be written.
    case file(String, reason: String)
    case tooLarge(limit: ByteCount)
    /// The notebook didn't come in time.
    case tooSlow
    /// The notebook ended before its end.
    case cutOff
    /// As many notebooks as may be are on their way already.
    case busy

    var code: String {
        switch self {
        case .notOffered: "integration.notOffered"
        case .isRead: "integration.isRead"
        case .method: "integration.method"
        case .foreignPage: "integration.foreignPage"
        case .missing: "integration.missing"
        case .unfit: "integration.unfit"
        case .badToken: "integration.badToken"
        case .noUser: "integration.noUser"
        case .noProfile: "integration.noProfile"
        case .folder: "integration.folder"
        case .file: "integration.file"
        case .tooLarge: "integration.tooLarge"
        case .tooSlow: "integration.tooSlow"
        case .cutOff: "integration.cutOff"
        case .busy: "integration.busy"
        }
    }

    var message: String {
        switch self {
        case .notOffered: "Notebooks aren't taken here."
        case .isRead:
            "this webservice does not allow any GET requests: post a notebook, with token, folder and filename."
        case .method(let method): "this webservice takes POST requests, not \(method)."
        case .foreignPage(let origin): "Pages of \(origin) may not post here."
        case .missing(let name): "HTTP 400: Bad Request (Missing argument \(name))"
        case .unfit(let reason): "HTTP 400: Bad Request (\(reason))"
        case .badToken: "token is invalid"
        case .noUser(let name): "User \(name) does not exist on host system"
        case .noProfile(let name, let reason): "User \(name) cannot be created on the host system: \(reason)"
        case .folder(let path, let reason): "unable to create directory \(path): \(reason)"
        case .file(let name, let reason): "unable to write file \(name): \(reason)"
        case .tooLarge(let limit): "The notebook is larger than \(HumanText.size(limit.bytes))."
        case .tooSlow: "The notebook took too long to arrive."
        case .cutOff: "The notebook didn't arrive whole."
        case .busy: "Too many notebooks are on their way at the moment."
        }
    }

    var remedy: String {
        switch self {
        case .notOffered: "Ask the operator to set openbisIntegration in carrel.yaml."
        case .isRead, .method: "Use “New Jupyter notebook” in openBIS."
        case .foreignPage: "Ask the operator to add it to openbisIntegration.allowedOrigins in carrel.yaml."
        case .missing, .unfit: "Choose other names for the directory and the notebook."
        case .badToken: "Sign in to openBIS again."
        case .noUser: "Ask the people who run the hub for an account."
        case .noProfile: "Sign in to the hub once; if it stays so, ask the people who run it."
        case .folder: "Choose another directory."
        case .file: "Choose another name or directory."
        case .tooLarge: "Ask the operator to raise openbisIntegration.largestNotebook in carrel.yaml."
        case .tooSlow, .cutOff, .busy: "Try again in a minute."
        }
    }

    var status: Int {
        switch self {
        case .notOffered: 404
        case .isRead, .missing, .unfit, .cutOff: 400
        case .method: 405
        case .foreignPage: 403
        case .badToken, .noUser: 401
        case .noProfile, .folder, .file: 500
        case .tooLarge: 413
        case .tooSlow: 408
        case .busy: 503
        }
    }

    /// What a delivery says of its two steps.
    init(_ error: HomeDeliveryError, folder: String, fileName: String) {
        switch error {
        case .folder(.badPath): self = .unfit("the folder “\(folder)” leads through a link or out of your home")
        case .folder(let error): self = .folder(folder, reason: Self.words(error))
        case .file(let error): self = .file(fileName, reason: Self.words(error))
        }
    }

    private static func words(_ error: HomeFilesError) -> String { "\(error.message) \(error.remedy)" }
}
