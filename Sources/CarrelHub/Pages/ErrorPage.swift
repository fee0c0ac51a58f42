/// Says what went wrong, why, and what to do; carries the id under which the log has more.
struct ErrorPage: Page {
    static let template = "error"

    let status: Int
    let title: String
    let whatHappened: String
    let whatToDo: String
    let requestID: String
    let retryURL: PageLink?
    let retrySeconds: Int?

    init(
        status: Int,
        title: String,
        whatHappened: String,
        whatToDo: String,
        requestID: String,
        retryURL: PageLink? = nil,
        retrySeconds: Int? = nil
    ) {
        self.status = status
        self.title = title
        self.whatHappened = whatHappened
        self.whatToDo = whatToDo
        self.requestID = requestID
        self.retryURL = retryURL
        self.retrySeconds = retrySeconds
    }
}
