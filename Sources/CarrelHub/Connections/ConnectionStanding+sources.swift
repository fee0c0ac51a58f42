import CarrelModel

extension ConnectionStanding {
    /// How it is in words for people who give nothing for it, because their sign-in opens the data source.
    ///
    /// - Parameters:
    ///   - source: what it is a connection to.
    ///   - signsInByItself: whether nothing was typed for it.
    /// - Returns: the same, with what helps there.
    func inWords(of source: DataSourceSettings, signsInByItself: Bool) -> ConnectionStanding {
        var standing = self
        switch (source.kind, code) {
        case (.openbis, "expired"):
            standing.message = "Your session at openBIS has ended."
            standing.remedy = "Renew it on the page Session and token: the files come back by themselves."
        case (.openbis, "missing"):
            standing.message = "The hub has no token of yours for openBIS."
            standing.remedy = "Get one on the page Session and token: no password is kept for it."
        case (.openbis, "notConnected"):
            standing.message = "Your account isn’t linked to this openBIS."
            standing.remedy = "Link it on the page Account, by signing in there."
        case (.onedata, "expired") where signsInByItself:
            standing.message = "The token that the hub had there by your sign-in has ended or was withdrawn."
            standing.remedy = "Delete the token “\(source.tokenName)” there, then press Test: the hub makes another."
        case (.onedata, "missing") where signsInByItself, (.storagehub, "missing") where signsInByItself,
            (.storagehub, "expired") where signsInByItself:
            standing.message = "Your sign-in opens it no longer."
            standing.remedy = "Sign out, and sign in again the same way: the files come back by themselves."
        default: break
        }
        return standing
    }
}
