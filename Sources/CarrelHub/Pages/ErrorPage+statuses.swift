extension ErrorPage {
    /// The page for a status, with the words that are usual for it.
    ///
    /// A `message` and a `remedy` (a `CarrelError`'s) replace the usual words. `retryURL` is offered behind “Try again” where
    /// that may help, after `retrySeconds` as in `Retry-After`.
    init(
        status: Int,
        message: String? = nil,
        remedy: String? = nil,
        requestID: String,
        retryURL: PageLink? = nil,
        retrySeconds: Int? = nil
    ) {
        let usual = UsualWords(status: status)
        self.init(
            status: status,
            title: usual.title,
            whatHappened: message ?? usual.whatHappened,
            whatToDo: remedy ?? retrySeconds.map { "Wait \(HumanText.duration(Double($0))), then try again." }
                ?? usual.whatToDo,
            requestID: requestID,
            retryURL: usual.mayPass ? retryURL : nil,
            retrySeconds: retrySeconds
        )
    }
}

/// What is usually to be said about a status.
private struct UsualWords {
    let title: String
    let whatHappened: String
    let whatToDo: String
    /// Whether the same request may succeed a little later.
    let mayPass: Bool

    init(status: Int) {
        (title, whatHappened, whatToDo, mayPass) =
            switch status {
            case 400:
                (
                    "That request made no sense", "The hub couldn’t understand what your browser sent.",
                    "Go back, load the page again and repeat what you did.", false
                )
            case 403:
                (
                    "You may not do that",
                    "Your account isn’t allowed to see or do this, or the form you sent has expired.",
                    "Go back, load the page again and repeat it. If you need access, ask the people who run this hub.",
                    false
                )
            case 404:
                (
                    "There is nothing here",
                    "The address is wrong, or what was here is gone, or it isn’t yours to see.",
                    "Check the address, or start again from home.", false
                )
            case 429:
                (
                    "A little too fast", "More requests came from you than this hub answers in so short a time.",
                    "Wait a minute, then try again.", true
                )
            case 502:
                (
                    "The server didn’t answer properly",
                    "It closed the connection or sent something that isn’t an answer.",
                    "Try again. If it goes on like this, stop the server on the home page and start it anew.", true
                )
            case 503:
                (
                    "Not just now", "This part of the hub is being restarted, or is too busy to answer.",
                    "Try again in a moment. Servers that are running go on running.", true
                )
            case 504:
                (
                    "The server took too long",
                    "It is there, but didn’t answer in time; it may be busy with a large task.",
                    "Wait a little and try again. If it stays like this, stop the server on the home page and start it anew.",
                    true
                )
            case 507:
                (
                    "There is no room left", "Your home holds as much as it may.",
                    "Remove what you don’t need, or ask for more room on the page Storage.", true
                )
            case 500...599:
                (
                    "Something broke on our side",
                    "The hub met a fault of its own. Your files and servers aren’t touched by it.",
                    "Try again. If it happens once more, send the request id below to the people who run this hub.",
                    true
                )
            default:
                (
                    "That didn’t work", "The hub refused this request.", "Go back, or start again from home.", false
                )
            }
    }
}
