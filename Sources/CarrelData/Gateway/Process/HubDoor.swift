public import Foundation

/// The gateway's door: asks the hub who may come in, and remembers its answers, so that those who are in stay in while the
/// hub is away.
public actor HubDoor: GatewayDoor {
    private let hub: HubAdmissions
    private let shelf: StoreShelf
    private let now: @Sendable () -> Date
    private var book = AdmissionBook()
    /// Raised when something is forgotten: what the hub said before that isn't noted any more.
    private var epoch = 0
    private var asking: [AdmissionBook.Key: Task<Result<AdmissionAnswer, HubAdmissions.Silence>, Never>] = [:]
    private var refusals = RefusalCount()

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
        case .refuse: return refused(address)
        case .ask(let known):
            if known == nil, let seconds = refusals.wait(of: address, at: now()) { return .wait(seconds: seconds) }
            let before = epoch
            let answer = await answer(question, key)
            guard epoch == before else { return .unavailable }
            switch answer {
            case .success(.admitted(let admission)):
                book.note(admission, for: key, at: now())
                return .admitted(await caller(admission))
            case .success(.refused):
                book.note(nil, for: key, at: now())
                return refused(address)
            case .failure(.away):
                guard let known else { return .unavailable }
                return .admitted(await caller(known))
            case .failure(.failed): return .unavailable
            }
        }
    }

    /// Has the hub asked anew about a user.
    func forget(_ user: Int64) {
        epoch += 1
        // What was asked before may be answered by what held then.
        asking.removeAll()
        book.forget(user)
    }

    /// Has the hub asked anew about everybody; while it is away, what it said holds.
    func doubt() {
        epoch += 1
        // What was asked before may be answered by what held then.
        asking.removeAll()
        book.doubt()
    }

    /// What the hub says; one question for all who show the same.
    private func answer(
        _ question: AdmissionQuestion,
        _ key: AdmissionBook.Key,
    ) async -> Result<AdmissionAnswer, HubAdmissions.Silence> {
        // A task of its own, because whoever came first may go away.
        let task =
            asking[key]
            ?? Task { [hub] in
                do throws(HubAdmissions.Silence) {
                    return .success(try await hub.answer(question))
                } catch {
                    return .failure(error)
                }
            }
        asking[key] = task
        let answer = await task.value
        if asking[key] == task { asking[key] = nil }
        return answer
    }

    private func refused(_ address: String) -> GatewayAdmission {
        refusals.note(address, at: now())
        return .refused
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
