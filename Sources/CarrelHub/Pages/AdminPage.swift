import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// For admins: the users with their servers and homes, and what users ask for.
struct AdminPage: Page {
    /// A user with servers and home.
    struct Row: Sendable, Equatable {
        let id: String
        let name: String
        let isAdmin: Bool
        let isDisabled: Bool
        let servers: [Server]
        let home: UseMeter?
        let quotaText: String
        /// Whose quota it is; nil when it is everybody's.
        let quotaTag: String?
        /// The groups the user is in; nil when in none.
        let groupsText: String?
        let active: TimeText?
        let quotaURL: PageLink
        /// The page about the user.
        let url: PageLink
    }

    /// Somebody who asked for an account.
    struct Newcomer: Sendable, Equatable {
        let id: String
        let name: String
        let email: String?
        let address: String
        let asked: TimeText
        let answerURL: PageLink
    }

    /// A server of a user.
    struct Server: Sendable, Equatable {
        let title: String
        let stateName: String
        let stateText: String
        let uses: [String]
        let wasKilled: Bool
        let startURL: PageLink?
        let stopURL: PageLink?
        let logURL: PageLink?
    }

    /// A request that waits for an answer.
    struct Wish: Sendable, Equatable {
        let item: RequestsPage.Item
        let userName: String
        let userURL: PageLink
        let home: UseMeter?
        /// The size to grant, of a request for room.
        let sizeText: String?
        /// Which groups the user can be put into, of a request for one.
        let groups: [GroupChoice]
        let hasGroups: Bool
        let answerURL: PageLink
    }

    /// A heading by which the list can be ordered.
    struct Heading: Sendable, Equatable {
        let label: String
        let url: PageLink
        let isCurrent: Bool
        let sorted: String
    }

    static let template = "admin"
    static let scripts = ["live.js"]

    let title = "Admin"
    let section: PageSection? = .admin
    let tabs = PageTab.admin(current: HubPath.admin)
    let wishes: [Wish]
    let wishCountText: String
    let newcomers: [Newcomer]
    /// Whether somebody waits for an account, or may do so.
    let takesNewcomers: Bool
    let newcomerCountText: String
    let rows: [Row]
    let isEmpty: Bool
    let nameHeading: Heading
    let homeHeading: Heading
    let activityHeading: Heading
    let countText: String
    let search: String
    let orderName: String
    let searchURL = PageLink(HubPath.admin)
    let previousURL: PageLink?
    let nextURL: PageLink?
    let strengthText: String?
    /// What is to be said of environments that aren't built.
    let environmentTexts: [String]

    init(
        view: AdminView,
        rows: [Row],
        count: Int,
        wishes: [Wish],
        newcomers: [Newcomer]? = nil,
        strength: QuotaStrength,
        notBuilt: [String] = [],
    ) {
        self.newcomers = newcomers ?? []
        takesNewcomers = newcomers != nil
        newcomerCountText =
            newcomers?.count == 1 ? "1 person asks for an account" : "\(self.newcomers.count) people ask for an account"
        self.wishes = wishes
        environmentTexts = notBuilt.map { name in
            "The environment \(name) isn’t built, so no server can start with it. Run `carrel env build \(name)`."
        }
        wishCountText = HumanText.count(wishes.count, "open request")
        self.rows = rows
        isEmpty = rows.isEmpty
        nameHeading = Heading(.name, in: view)
        homeHeading = Heading(.use, in: view)
        activityHeading = Heading(.activity, in: view)
        search = view.search
        orderName = view.order.rawValue
        let pages = max(1, (count + AdminView.pageSize - 1) / AdminView.pageSize)
        countText = HumanText.count(count, "user") + (pages > 1 ? ", page \(view.page) of \(pages)" : "")
        previousURL = view.page > 1 ? view.with { $0.page = min($0.page - 1, pages) }.url : nil
        nextURL = view.page < pages ? view.with { $0.page += 1 }.url : nil
        strengthText = if case .counted(let reason) = strength { "Quotas aren’t hard here. \(reason)" } else { nil }
    }
}

extension AdminPage.Heading {
    init(_ order: AdminView.Order, in view: AdminView) {
        label = order.title
        url = view.with { ($0.order, $0.page) = (order, 1) }.url
        isCurrent = view.order == order
        sorted = isCurrent ? (order == .name ? "ascending" : "descending") : "none"
    }
}

extension AdminPage.Row {
    init(
        _ user: UserRecord,
        number: Int,
        servers: [AdminPage.Server],
        usage: HomeUsage?,
        quota: HomeQuota,
        groups: [GroupRecord],
        view: AdminView,
        now: Date,
    ) {
        id = "user-\(number)"
        name = user.name.text
        isAdmin = user.isAdmin
        isDisabled = user.isDisabled
        self.servers = servers
        home = usage.map { UseMeter($0) }
        quotaText = quota.size?.description ?? ""
        quotaTag =
            switch quota.source {
            case .own: "Own"
            case .group(let name): name.text
            case .everybody: nil
            }
        groupsText = groups.isEmpty ? nil : groups.map(\.name.text).joined(separator: ", ")
        active = user.lastActivityAt.map { TimeText($0, now: now) }
        quotaURL = PageLink("\(HubPath.admin)/quota/\(user.name.pathSegment)\(view.query)")
        url = PageLink(HubPath.user(user.name))
    }
}

extension AdminPage.Newcomer {
    init(_ record: SignUpRecord, now: Date) {
        id = String(record.id ?? 0)
        name = record.name.text
        email = record.email
        address = record.address
        asked = TimeText(record.createdAt, now: now)
        answerURL = PageLink("\(HubPath.admin)/sign-ups/\(record.id ?? 0)")
    }
}

extension AdminPage.Server {
    init(_ server: ServerRecord, key: ServerKey, place: Int?, reading: UsageReading?, view: AdminView) {
        let state = server.cardState(place: place)
        let use = ServerUse(serverName: key.server.text, reading: server.observed == .ready ? reading : nil)
        title = key.server.title
        (stateName, stateText, _) = ServerCard.words(for: state)
        uses = use.meters.map { "\($0.label): \($0.words)" }
        wasKilled = use.killNote != nil
        let place = key.user.pathSegment + (key.server.isDefault ? "" : "/\(key.server.text)") + view.query
        let isAtRest = state == .stopped || state == .failed
        startURL = isAtRest ? PageLink("\(HubPath.admin)/start/\(place)") : nil
        stopURL = isAtRest || state == .stopping ? nil : PageLink("\(HubPath.admin)/stop/\(place)")
        logURL = server.id == nil ? nil : PageLink(HubPath.log(key))
    }
}

extension AdminPage.Wish {
    init(_ owned: OwnedRequest, usage: HomeUsage?, groups: [GroupRecord], view: AdminView, now: Date) {
        let request = owned.request
        item = RequestsPage.Item(request, now: now)
        userName = owned.owner.name.text
        userURL = AdminView().with { $0.search = owned.owner.name.text }.url
        home = usage.map { UseMeter($0) }
        sizeText = request.kind == .storage ? ByteCount(bytes: request.wantedBytes ?? 0).description : nil
        self.groups = request.kind == .group ? GroupChoice.all(groups.map(\.name), for: request.text) : []
        hasGroups = !self.groups.isEmpty
        answerURL = PageLink("\(HubPath.admin)/requests/\(request.id ?? 0)\(view.query)")
    }
}
