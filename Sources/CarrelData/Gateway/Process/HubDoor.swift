public import Foundation

/// The gateway's door: asks the hub who may come in, and remembers its answers, so that those who are in stay in while the
/// hub is away.
public actor HubDoor: GatewayDoor {
    private let hub: HubAdmissions
    private let shelf: StoreShelf
    private let now: @Sendable () -> Date
    private var book = AdmissionBook()

    /// Joins the parts.
    public init(hub: HubAdmissions, shelf: StoreShelf, now: @escaping @Sendable () -> Date = { Date() }) {
        self.hub = hub
        self.shelf = shelf
        self.now = now
    }

    /// Who shows this.
    public func caller(_ authorization: GatewayAuthorization, from address: String) async -> GatewayAdmission {
        let question =
            switch authorization {
            case .basic(let user, let password): AdmissionQuestion(user: user, token: password)
            case .bearer(let token): AdmissionQuestion(user: nil, token: token)
            }
        let key = AdmissionBook.Key(question)
        switch book.step(for: key, at: now()) {
        case .admit(let admission): return .admitted(await caller(admission))
        case .refuse: return .refused
        case .ask(let known):
            switch await hub.answer(question) {
            case .admitted(let admission):
                book.note(admission, for: key, at: now())
                return .admitted(await caller(admission))
            case .refused:
                book.note(nil, for: key, at: now())
                return .refused
            case nil:
                guard let known else { return .unavailable }
                return .admitted(await caller(known))
            }
        }
    }

    /// Has the hub asked anew about a user.
    func forget(_ user: Int64) {
        book.forget(user)
    }

    private func caller(_ admission: Admission) async -> GatewayCaller {
        var folders: [DataTree.Folder] = []
        for plan in admission.folders {
            guard let name = DataName(plan.name) else { continue }
            let store = await shelf.store(plan, of: admission.user)
            folders.append(DataTree.Folder(name: name, title: plan.title, store: store))
        }
        return GatewayCaller(
            id: "\(admission.user)",
            name: admission.name,
            tree: DataTree(folders),
            isWritable: admission.isWritable,
            mount: admission.mount,
        )
    }
}
