import CarrelModel
import Foundation

/// What the hub answers when it can't do what was asked.
enum HubError: CarrelError, Equatable {
    /// Nobody is signed in, and no valid token came along.
    case notSignedIn
    /// A token or session lacks a scope; any one of these would do.
    case scopeMissing([String])
    /// It doesn't exist, or is not this person's to see: deliberately the same (reference 2.1).
    case notFound
    /// There is no group of this name.
    case noSuchGroup(String)
    /// There is a group of this name already.
    case groupExists(String)
    /// The server belongs to somebody else.
    case notYours
    /// A page that doesn't exist.
    case noSuchPage(String)
    /// The request's `_xsrf` value is missing or wrong.
    case xsrf(method: String, isMissing: Bool)
    /// A form was sent where the API takes JSON only.
    case contentType
    /// The request can't be understood; `what` names the part.
    case badRequest(String)
    /// Too many failed sign-ins.
    case tooManyAttempts(wait: Duration)
    /// Asked to start a server that runs or is on its way.
    case alreadyRunning(String)
    /// A server that isn't running was asked for.
    case notRunning(String)
    /// The server ended by itself.
    case serverEnded(name: String, code: Int32?)
    /// Somebody has to show again who they are before they do this.
    case signInStale
    /// For this the user has to have signed in with more than a token.
    case signInByToken
    /// The page wants an admin.
    case notAdmin
    /// A password must be changed before anything else.
    case passwordMustChange
    /// A start came to nothing; what the spawner said of it.
    case startFailed(message: String, remedy: String)
    /// The proxy doesn't know the way to a server that is ready.
    case proxyBehind
    /// More users than uids to run servers under.
    case outOfAccounts(limit: Int)
    /// The proxy can't be started; `reason` in words.
    case proxyFailed(reason: String)
    /// The data gateway can't be started.
    case gatewayFailed(reason: String)
    /// A file or folder of the state directory can't be made or read.
    case stateUnusable(path: String, reason: String)
    /// Another hub uses this state directory.
    case stateInUse(path: String)
    /// Somebody may not have a server in an instance.
    case cannotEnter(instance: String, refusal: InstanceEntry.Refusal)
    /// Somebody came by a way to sign in that an instance doesn't want.
    case otherWay(instance: InstanceName, title: String, ways: [WantedWay])
    /// Somebody has as many further servers at work as one may have.
    case tooManyServers(limit: Int)
    /// The page is for people with an account, and a visitor asked for it.
    case notForVisitors
    /// The data file of an instance's catalogue has faults; they are in the log, and on the page for its managers.
    case catalogueUnreadable(instance: String)
    /// The environment that was chosen isn't there.
    case environmentNotBuilt(String)
    /// No server can have this name.
    case reservedServerName(String)
    /// The environment of a repository that a server had was removed.
    case environmentGone
    /// A provider can't be asked at the moment; what is known of it.
    case providerSilent(message: String, remedy: String)
    /// There is no access token of somebody's at a provider.
    case noAccessToken(String)
    /// The hub made a mistake; the details are in its log.
    case unexpected

    var code: String {
        switch self {
        case .notSignedIn: "hub.notSignedIn"
        case .scopeMissing: "hub.scopeMissing"
        case .notFound: "hub.notFound"
        case .noSuchGroup: "hub.noSuchGroup"
        case .groupExists: "hub.groupExists"
        case .notYours: "hub.notYours"
        case .noSuchPage: "hub.noSuchPage"
        case .xsrf: "hub.xsrf"
        case .contentType: "hub.contentType"
        case .badRequest: "hub.badRequest"
        case .tooManyAttempts: "hub.tooManyAttempts"
        case .alreadyRunning: "hub.alreadyRunning"
        case .notRunning: "hub.notRunning"
        case .serverEnded: "hub.serverEnded"
        case .signInStale: "hub.signInStale"
        case .signInByToken: "hub.signInByToken"
        case .notAdmin: "hub.notAdmin"
        case .passwordMustChange: "hub.passwordMustChange"
        case .startFailed: "hub.startFailed"
        case .proxyBehind: "hub.proxyBehind"
        case .outOfAccounts: "hub.outOfAccounts"
        case .proxyFailed: "hub.proxyFailed"
        case .gatewayFailed: "hub.gatewayFailed"
        case .stateUnusable: "hub.stateUnusable"
        case .stateInUse: "hub.stateInUse"
        case .cannotEnter: "hub.cannotEnter"
        case .otherWay: "hub.otherWay"
        case .tooManyServers: "hub.tooManyServers"
        case .notForVisitors: "hub.notForVisitors"
        case .catalogueUnreadable: "hub.catalogueUnreadable"
        case .environmentNotBuilt: "hub.environmentNotBuilt"
        case .reservedServerName: "hub.reservedServerName"
        case .environmentGone: "hub.environmentGone"
        case .providerSilent: "hub.providerSilent"
        case .noAccessToken: "hub.noAccessToken"
        case .unexpected: "hub.unexpected"
        }
    }

    var message: String {
        switch self {
        case .notSignedIn: "Missing or invalid credentials."
        case .scopeMissing(let scopes):
            "Action is not authorized with current scopes; requires any of [\(scopes.joined(separator: ", "))]"
        case .notFound: "No access to resources or resources not found"
        case .noSuchGroup(let name): "No such group: \(name)"
        case .groupExists(let name): "Group \(name) already exists"
        case .notYours: "This server belongs to somebody else."
        case .noSuchPage(let path): "There is no page at \(path)."
        case .xsrf(let method, let isMissing):
            isMissing
                ? "'_xsrf' argument missing from \(method)"
                : "The form's '_xsrf' value doesn't fit this browser session."
        case .contentType: "The content type must be application/json."
        case .badRequest(let what): what
        case .tooManyAttempts(let wait):
            "Too many failed attempts to sign in: the next one is possible in \(HumanText.duration(wait.seconds))."
        case .alreadyRunning(let name): "\(name) is already running or on its way."
        case .notRunning(let name): "\(name) is not running."
        case .serverEnded(let name, let code):
            code.map { "The server \(name) ended by itself with exit code \($0)." }
                ?? "The server \(name) ended by itself."
        case .signInStale: "You signed in more than ten minutes ago."
        case .signInByToken: "You signed in with a token."
        case .notAdmin: "This is for admins."
        case .passwordMustChange: "Your password was chosen by somebody else."
        case .startFailed(let message, _): message
        case .proxyBehind: "The server is ready, but the proxy doesn't lead to it yet."
        case .outOfAccounts(let limit): "All \(limit) user ids for servers are taken."
        case .proxyFailed(let reason): "The proxy can't be started: \(reason)"
        case .gatewayFailed(let reason): "The data gateway can't be started: \(reason)"
        case .stateUnusable(let path, let reason): "\(path) can't be used: \(reason)."
        case .stateInUse(let path): "Another hub is already running with the state directory \(path)."
        case .cannotEnter(let instance, let refusal): refusal.message(about: instance)
        case .otherWay(_, let title, _): "You signed in another way than \(title) asks for."
        case .tooManyServers(let limit):
            limit == 0 ? "Nobody can have further servers here." : "You have \(limit) further servers at work already."
        case .notForVisitors: "Visitors have no such page."
        case .catalogueUnreadable(let instance): "The catalogue of \(instance) can't be shown at the moment."
        case .environmentNotBuilt(let name): "The environment \(name) isn't built on this hub."
        case .reservedServerName(let name): "No server can have the name \(name)."
        case .environmentGone: "The environment of this repository isn't kept any more."
        case .providerSilent(let message, _): message
        case .noAccessToken(let provider): "You aren't signed in with \(provider), so there is no access token."
        case .unexpected: "The hub made a mistake."
        }
    }

    var remedy: String {
        switch self {
        case .notSignedIn: "Sign in, or send a valid token in the Authorization header."
        case .scopeMissing: "Use a token that has one of these scopes."
        case .notFound: "Check the address."
        case .noSuchGroup: "Check its name in the list of groups."
        case .groupExists: "Choose another name, or change the existing group."
        case .notYours: "Use your own, from your home page."
        case .noSuchPage: "Check the address, or go to your home page."
        case .xsrf: "Go back, load the page again, and repeat what you did."
        case .contentType: "Send JSON with Content-Type: application/json."
        case .badRequest: "Correct the request and send it again."
        case .environmentGone: "Follow its launch link again, which builds it anew."
        case .tooManyAttempts: "Wait, then try again; an admin can set a new password."
        case .alreadyRunning: "Open it, or stop it first."
        case .notRunning: "Start it first."
        case .serverEnded: "Start it again; its last lines are below."
        case .signInStale: "For this, sign out, sign in again, and do it within ten minutes."
        case .signInByToken: "For this, sign out, and sign in with your password."
        case .notAdmin: "Ask an admin."
        case .passwordMustChange: "Choose a new one first."
        case .startFailed(_, let remedy): remedy
        case .proxyBehind: "Try again in a few seconds."
        case .outOfAccounts: "Tell your administrator to widen sandbox.uidRange in carrel.yaml."
        case .proxyFailed: "Free the address, or choose another one under proxy.listen in carrel.yaml."
        case .gatewayFailed: "Look into its log, gateway.log; the hub goes on trying."
        case .stateUnusable: "Check its owner, its mode and the free space, or choose another hub.stateDirectory."
        case .stateInUse: "Stop the other one first, or choose another hub.stateDirectory."
        case .cannotEnter(_, let refusal): refusal.remedy
        case .otherWay(_, _, let ways):
            ways.isEmpty
                ? "Ask the people who run it."
                : "Sign in with \(ways.map(\.title).formatted(.list(type: .or).locale(Locale(identifier: "en"))))."
        case .tooManyServers(let limit): limit == 0 ? "Use your server." : "Stop one of them first."
        case .notForVisitors: "Use your server, from your home page, or sign out and sign in with an account."
        case .catalogueUnreadable: "Tell the people who run it; your server can still be started from your home page."
        case .environmentNotBuilt(let name):
            "Tell your administrator to run `carrel env build \(name)`, or choose another."
        case .reservedServerName: "Choose another, or leave the name out for the default server."
        case .providerSilent(_, let remedy): remedy
        case .noAccessToken: "Sign in to the hub with it, or add it on your account page."
        case .unexpected: "Try again; if it stays so, tell your operator the request id."
        }
    }
}
