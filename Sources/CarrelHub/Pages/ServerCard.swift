import CarrelModel
import CarrelSpawn
import CarrelStore
import Foundation

/// One server on its user's home page.
struct ServerCard: Sendable, Equatable {
    /// How a server is, in the words of the life cycle (reference 1.10).
    enum State: Sendable, Equatable {
        case stopped, starting, ready, stopping, failed
        /// Waiting until the machine has room; the first in line is number 1.
        case queued(place: Int)
    }

    /// What a server's buttons lead to.
    struct Links: Sendable, Equatable {
        /// The server itself.
        let open: PageLink
        let start: PageLink
        let stop: PageLink
        let cancel: PageLink
        /// The page that shows how a start goes.
        let progress: PageLink
        /// The server's log; nil when there is none yet.
        let log: PageLink?
    }

    /// What a card says about the instance that the server is in.
    struct Instance: Sendable, Equatable {
        let description: String?
        /// When it ends.
        let endDate: Date?
        /// Whether a start begins with a choice.
        let hasChoice: Bool
        /// Whether nothing can be started any more.
        let isOver: Bool
        /// What its home holds; nil for the default instance, whose home has a place of its own on the page.
        let home: UseMeter?
        /// The page about the room in that home.
        let storageURL: PageLink?
        /// Where their work in it is downloaded; nil where there is none.
        let takeoutURL: PageLink?
        /// Its page, for those who manage it.
        let manageURL: PageLink?
        /// Whether its files go with it.
        let isEphemeral: Bool
    }

    /// Tells the cards of one page apart, in the DOM.
    let id: String
    let displayName: String
    /// The state as a CSS class and for scripts, such as `ready`.
    let stateName: String
    let stateText: String
    let icon: String
    /// “for 3 hours” of a state that lasts, “3 hours ago” of an end.
    let since: TimeText?
    let lastActivity: TimeText?
    let isMoving: Bool
    let openURL: PageLink?
    let startURL: PageLink?
    /// Where a start begins with a choice; nil when there is none, or the server doesn’t rest.
    let chooseURL: PageLink?
    let description: String?
    let end: TimeText?
    let isEphemeral: Bool
    let home: UseMeter?
    let storageURL: PageLink?
    let takeoutURL: PageLink?
    let manageURL: PageLink?
    let startLabel: String
    let stopURL: PageLink?
    let cancelURL: PageLink?
    let progressPageURL: PageLink?
    let logURL: PageLink?
    let failure: FailureNotice?
    /// What it uses; nil while it doesn’t run.
    let use: ServerUse?

    /// Makes the card of the server named `id`, which is empty for the default server.
    ///
    /// `failure`, why the last start or run ended, is shown while the server is stopped or failed.
    init(
        id: String,
        displayName: String,
        state: State,
        since: Date?,
        lastActivity: Date? = nil,
        links: Links,
        failure: FailureNotice? = nil,
        use: ServerUse? = nil,
        instance: Instance? = nil,
        now: Date
    ) {
        self.id = "server-" + id
        self.displayName = displayName
        (stateName, stateText, icon) = Self.words(for: state)
        self.lastActivity = state == .ready ? lastActivity.map { TimeText($0, now: now) } : nil
        let isWaiting = if case .queued = state { true } else { false }
        let isAtRest = state == .stopped || state == .failed
        self.since = since.map { isAtRest ? TimeText($0, now: now) : TimeText(lastingSince: $0, now: now) }
        isMoving = isWaiting || state == .starting || state == .stopping
        openURL = state == .ready ? links.open : nil
        let mayStart = isAtRest && instance?.isOver != true
        startURL = mayStart && instance?.hasChoice != true ? links.start : nil
        chooseURL = mayStart && instance?.hasChoice == true ? links.start : nil
        description = instance?.description
        end = instance?.endDate.map { TimeText($0, now: now) }
        isEphemeral = instance?.isEphemeral ?? false
        home = instance?.home
        storageURL = home == nil ? nil : instance?.storageURL
        takeoutURL = instance?.takeoutURL
        manageURL = instance?.manageURL
        startLabel = state == .failed ? "Try again" : "Start"
        stopURL = state == .ready ? links.stop : nil
        cancelURL = isWaiting || state == .starting ? links.cancel : nil
        progressPageURL = isWaiting || state == .starting ? links.progress : nil
        logURL = links.log
        self.failure = isAtRest ? failure : nil
        self.use = state == .ready && use?.isEmpty == false ? use : nil
    }

    static func words(for state: State) -> (name: String, text: String, icon: String) {
        switch state {
        case .stopped: ("stopped", "Stopped", "moon")
        case .queued(let place): ("queued", "Waiting in the queue as number \(place)", "queue")
        case .starting: ("starting", "Starting", "turning")
        case .ready: ("ready", "Ready", "check")
        case .stopping: ("stopping", "Stopping", "turning")
        case .failed: ("failed", "Failed", "alert")
        }
    }
}

extension ServerCard.Instance {
    /// Tells of an instance.
    ///
    /// - Parameters:
    ///   - view: it, as its user sees it.
    ///   - policy: what holds in it.
    ///   - home: what their home in it holds.
    ///   - isRunning: whether their server isn't at rest.
    ///   - asksSources: whether data sources can be connected before a start.
    init(
        _ view: InstanceDesk.View,
        policy: InstancePolicy,
        home: HomeUsage?,
        isRunning: Bool,
        asksSources: Bool,
    ) {
        let instance = view.instance
        let name = instance.name.text
        storageURL = PageLink(HomeChoice.address(HubPath.storage, name))
        let isToTake = policy.isEphemeral ? isRunning : view.hasBeenIn && instance.state != .deleting
        takeoutURL = isToTake ? PageLink(HomeChoice.address(HubPath.takeout, name, field: "home")) : nil
        description = instance.settings.description.isEmpty ? nil : instance.settings.description
        endDate = instance.endsAt
        hasChoice = policy.hasChoice || asksSources
        isOver = view.refusal != nil && view.refusal != .terms
        self.home = policy.isEphemeral ? nil : home.map { UseMeter($0) }
        manageURL = view.manages && !instance.name.isDefault ? PageLink(HubPath.instance(instance.name)) : nil
        isEphemeral = policy.isEphemeral
    }
}
