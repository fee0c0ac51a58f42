import CarrelModel

extension ConnectionStanding {
    /// How it is in words for people who give nothing for it: with openBIS it hangs on their session there.
    func inWords(of source: DataSourceSettings) -> ConnectionStanding {
        guard source.kind == .openbis else { return self }
        var standing = self
        switch code {
        case "expired":
            standing.message = "Your session at openBIS has ended."
            standing.remedy = "Renew it on the page Session and token: the files come back by themselves."
        case "missing":
            standing.message = "The hub has no token of yours for openBIS."
            standing.remedy = "Get one on the page Session and token: no password is kept for it."
        case "notConnected":
            standing.message = "Your account isn’t linked to this openBIS."
            standing.remedy = "Link it on the page Account, by signing in there."
        default: break
        }
        return standing
    }
}
