import CarrelModel
import CarrelStore
import Foundation

/// What a person asked the admins for, and what became of it.
struct RequestsPage: Page {
    /// A request, for who made it and for who answers it.
    struct Item: Sendable, Equatable {
        let id: Int
        let kindText: String
        let text: String
        let wantedText: String?
        let stateName: String
        let stateText: String
        let made: TimeText
        let answer: String?
        let answeredBy: String?
        let answered: TimeText?
        let withdrawURL: PageLink?

        init(_ request: RequestRecord, now: Date) {
            id = Int(request.id ?? 0)
            kindText = request.kind.title
            text = request.text
            wantedText = request.wantedBytes.map { "\(HumanText.size($0)) in all" }
            stateName = request.state.rawValue
            stateText = request.state.title
            made = TimeText(request.createdAt, now: now)
            answer = request.answer
            answeredBy = request.answeredBy
            answered = request.answeredAt.map { TimeText($0, now: now) }
            withdrawURL = request.state == .open ? PageLink("\(HubPath.requests)/\(request.id ?? 0)/withdraw") : nil
        }
    }

    /// A choice of the form.
    struct KindChoice: Sendable, Equatable {
        let value: String
        let label: String
        let isChosen: Bool
    }

    static let template = "requests"

    let title = "Requests"
    let section: PageSection? = .storage
    let tabs: PageTabs
    let homeLinks: PageTabs?
    let items: [Item]
    let isEmpty: Bool
    let canAsk: Bool
    let kinds: [KindChoice]
    let askURL: PageLink
    let storageURL: PageLink
    let typedText: String
    let longestText = RequestStore.longestText
    let problem: String?

    init(
        _ requests: [RequestRecord],
        about choice: HomeChoice = .only,
        typedKind: RequestRecord.Kind = .package,
        typedText: String = "",
        problem: String? = nil,
        now: Date,
    ) {
        tabs = PageTab.storage(current: HubPath.requests, instance: choice.instance)
        homeLinks = choice.links(to: HubPath.requests)
        askURL = PageLink(HomeChoice.address(HubPath.requests, choice.instance))
        storageURL = PageLink(HomeChoice.address(HubPath.storage, choice.instance))
        items = requests.map { Item($0, now: now) }
        isEmpty = requests.isEmpty
        canAsk = requests.count { $0.state == .open } < RequestStore.mostOpen
        // More room is asked for on the storage page, where a size is typed.
        kinds = RequestRecord.Kind.allCases.filter { $0 != .storage }.map { kind in
            KindChoice(value: kind.rawValue, label: kind.title, isChosen: kind == typedKind)
        }
        self.typedText = typedText
        self.problem = problem
    }
}

extension RequestRecord.Kind {
    /// What it is called on pages.
    var title: String {
        switch self {
        case .storage: "More room"
        case .package: "A package"
        case .data: "A data space"
        case .group: "A group"
        case .other: "Something else"
        }
    }
}

extension RequestRecord.State {
    /// What it is called on pages.
    var title: String {
        switch self {
        case .open: "Open"
        case .granted: "Granted"
        case .declined: "Declined"
        case .withdrawn: "Withdrawn"
        }
    }
}

extension HomePage.News {
    /// What an answer says to the one who asked.
    init(_ request: RequestRecord) {
        let subject =
            switch request.kind {
            case .storage: "for more room"
            case .package: "for a package"
            case .data: "for a data space"
            case .group: "for a group"
            case .other: "to the admins"
            }
        isProblem = request.state == .declined
        text = "Your request \(subject) was \(request.state.rawValue)" + (request.answer.map { ": \($0)" } ?? ".")
    }
}
