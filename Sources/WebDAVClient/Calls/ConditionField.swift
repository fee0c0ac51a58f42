/// The field `If`: under which states of which addresses a request may be carried out (RFC 4918 §10.4).
enum ConditionField {
    enum State: Equatable {
        case token(String)
        case etag(ETag)
    }

    /// A list for each address; all of its states must hold.
    static func text(_ lists: [(url: String, states: [State])]) -> String {
        lists.map { list in
            let states = list.states.map { state in
                switch state {
                case .token(let token): "<\(token)>"
                case .etag(let etag): "[\(etag.text)]"
                }
            }
            return "<\(list.url)> (\(states.joined(separator: " ")))"
        }.joined(separator: " ")
    }
}
