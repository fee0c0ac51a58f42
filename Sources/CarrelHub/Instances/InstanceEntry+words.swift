extension InstanceEntry.Refusal {
    /// Why somebody may not enter, for themselves.
    func message(about instance: String) -> String {
        switch self {
        case .gone: "\(instance) isn't offered any more."
        case .ended: "\(instance) is over."
        case .notInvited: "\(instance) isn't open to you."
        case .closed: "\(instance) takes nobody new at the moment."
        case .terms: "\(instance) has terms that you haven't agreed to yet."
        }
    }

    /// What to do.
    var remedy: String {
        switch self {
        case .gone: "Ask the people who run this hub; nothing of yours was deleted."
        case .ended: "You can still download your work from your home page, as long as it is there."
        case .notInvited: "Ask the people who run it for an invitation."
        case .closed: "Ask the people who run it."
        case .terms: "Open it from your home page, where they are shown."
        }
    }
}
