import CarrelAuth

/// Shows a new secret to its owner, and asks for a code that proves their app has it.
struct SecondFactorSetupPage: Page {
    static let template = "second-factor-setup"
    static let scripts = ["copy.js"]

    let title = "Set up your second factor"
    let section: PageSection? = .account
    /// The secret for those who can't take a picture of the screen.
    let secret: String
    /// The picture's dark modules as an SVG path, and its side in modules.
    let picturePath: String
    let pictureSide: Int
    /// What must come back with the code (``SecondFactorOffer``).
    let offer: String
    let actionURL = PageLink(HubPath.secondFactor + "/on")
    let backURL = PageLink(HubPath.secondFactor)
    let problem: String?

    init(secret: String, picture: QRCode, offer: String, problem: String? = nil) {
        self.secret = secret
        picturePath = picture.svgPath
        pictureSide = picture.side
        self.offer = offer
        self.problem = problem
    }
}

/// Shows recovery codes, once.
struct RecoveryCodesPage: Page {
    static let template = "recovery-codes"
    static let scripts = ["copy.js"]

    let title = "Your recovery codes"
    let section: PageSection? = .account
    /// All of them, a line each.
    let codes: String
    let lineCount: Int
    let accountURL = PageLink(HubPath.account)

    init(codes: [String]) {
        self.codes = codes.joined(separator: "\n")
        lineCount = codes.count
    }
}
