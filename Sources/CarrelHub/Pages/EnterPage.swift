import CarrelModel
import CarrelStore

/// Where somebody comes into an instance: what it is, what they agree to, and the code where one is needed.
struct EnterPage: Page {
    /// Why the last attempt led nowhere.
    enum Problem: Sendable, Equatable {
        /// Terms that weren't ticked, by name.
        case unticked(Set<String>)
        case wrongCode
        /// Too many wrong codes, from here or in all; how long to wait, in seconds.
        case throttled(seconds: Int)
        /// As many visitors are here as may be: from their network, or in all.
        case tooMany(near: Bool)
    }

    /// A box to tick.
    struct Term: Sendable, Equatable {
        let name: String
        let title: String
        let url: PageLink?
        let isTicked: Bool
        /// Said beside the box.
        let problem: String?
    }

    static let template = "enter"

    let title: String
    let heading: String
    let description: String?
    /// What becomes of their work.
    let keepText: String?
    let actionURL: PageLink
    /// Where to go afterwards, as the hub has already checked it; empty for the default.
    let next: String
    let terms: [Term]
    let hasTerms: Bool
    let needsCode: Bool
    let codeProblem: String?
    let problem: String?
    let signInURL: PageLink?
    let buttonText: String

    /// Makes the page of an instance.
    ///
    /// - Parameters:
    ///   - instance: which.
    ///   - needsCode: whether the form asks for the code.
    ///   - needsTerms: whether it asks for the terms.
    ///   - isStranger: whether nobody is signed in.
    ///   - next: where to go afterwards; empty for the default.
    ///   - ticked: the names of the terms that were ticked.
    ///   - problem: why the last attempt led nowhere.
    ///   - idle: after how long without use a server ends, in words.
    init(
        _ instance: InstanceRecord,
        needsCode: Bool,
        needsTerms: Bool,
        isStranger: Bool,
        next: String = "",
        ticked: Set<String> = [],
        problem: Problem? = nil,
        idle: String? = nil,
    ) {
        let settings = instance.settings
        let url = HubPath.enter(instance.name)
        title = "Enter \(settings.title)"
        heading = settings.title
        description = settings.description.isEmpty ? nil : settings.description
        keepText = settings.kind == .ephemeral ? Self.keepText(idle: idle) : nil
        actionURL = PageLink(url)
        self.next = next
        let unticked: Set<String> = if case .unticked(let names)? = problem { names } else { [] }
        terms = (needsTerms ? settings.terms : []).map { term in
            Term(
                name: term.name,
                title: term.title,
                url: term.url.map { PageLink($0.text) },
                isTicked: ticked.contains(term.name),
                problem: unticked.contains(term.name) ? "Tick this box to go on." : nil,
            )
        }
        hasTerms = !terms.isEmpty
        self.needsCode = needsCode
        (self.problem, codeProblem) = Self.texts(of: problem)
        signInURL = isStranger ? PageLink(HubPath.signIn + "?next=" + url) : nil
        buttonText = settings.kind == .ephemeral ? "Enter and start" : "Enter"
    }

    private static func keepText(idle: String?) -> String {
        let pause = idle.map { ", or after \($0) without use" } ?? ""
        return "Nothing is kept here: what you make is deleted when you stop your server or sign out\(pause). "
            + "Download what you want to keep."
    }

    private static func texts(of problem: Problem?) -> (problem: String?, code: String?) {
        switch problem {
        case nil: (nil, nil)
        case .unticked: ("Something is still to be agreed to.", nil)
        case .wrongCode: ("That is not the code.", "Check the code and type it again.")
        case .throttled(let seconds):
            ("Too many wrong codes were tried. Try again in \(HumanText.count(max(seconds, 1), "second")).", nil)
        case .tooMany(near: true):
            ("As many visitors are here from your network as this hub takes. Try again later, or sign in.", nil)
        case .tooMany(near: false):
            ("As many visitors are here as this hub takes. Try again later, or sign in.", nil)
        }
    }
}

/// For managers: the code with which people enter an instance.
struct EntryCodePage: Page {
    static let template = "entry-code"

    let title: String
    let section: PageSection? = .admin
    let tabs: PageTabs
    let heading: String
    let stateText: String
    let isUsed: Bool
    let enterURL: PageLink
    let actionURL: PageLink
    let clearURL: PageLink?
    let problem: String?

    init(_ instance: InstanceRecord, problem: String? = nil) {
        title = "Access code of \(instance.title)"
        heading = instance.title
        tabs = .instance(instance, current: HubPath.code(of: instance.name))
        let hasCode = instance.codeHash != nil
        isUsed = instance.settings.entry.contains(.code)
        stateText =
            hasCode
            ? "There is a code. Nobody can read it here any more; set another one if it is lost."
            : "There is no code, so nobody enters with one."
        enterURL = PageLink(HubPath.enter(instance.name))
        actionURL = PageLink(HubPath.code(of: instance.name))
        clearURL = hasCode ? PageLink(HubPath.code(of: instance.name) + "/clear") : nil
        self.problem = problem
    }
}

extension HubPath {
    static func enter(_ name: InstanceName) -> String { "\(prefix)enter/\(name)" }
    static func code(of name: InstanceName) -> String { "\(prefix)instances/\(name)/code" }
    static func catalogue(_ name: InstanceName) -> String { "\(prefix)catalogue/\(name)" }
}
