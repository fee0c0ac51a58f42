extension HubKey {
    /// A token of ours that stands for one of somebody else's: the same for the same, so that asking twice makes no two.
    ///
    /// - Parameter foreign: a credential that was found good; who doesn't know it can't find ours.
    /// - Returns: 32 hex digits, as every token has.
    public func token(standingFor foreign: String) -> Secret? {
        Secret(presented: String(sign([foreign], purpose: "token standing for another").prefix(32)))
    }
}
