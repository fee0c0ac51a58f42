/// A browser in words, from its `User-Agent`: `Firefox on Linux`.
///
/// Good enough for a person to recognise their own; says nothing that could be relied upon.
enum BrowserName {
    static func words(for userAgent: String) -> String {
        let browser = first(in: browsers, that: userAgent)
        let system = first(in: systems, that: userAgent)
        return switch (browser, system) {
        case (let browser?, let system?): "\(browser) on \(system)"
        case (let browser?, nil): browser
        case (nil, let system?): "A browser on \(system)"
        case (nil, nil): "An unknown browser"
        }
    }

    // Order matters: nearly everyone claims to be Chrome and Safari too.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Vivaldi/", "Vivaldi"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chromium/", "Chromium"),
        ("HeadlessChrome/", "Chrome without a window"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
        ("python-requests/", "A Python program"), ("Python", "A Python program"),
    ]

    private static let systems = [
        ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"), ("Linux", "Linux"), ("FreeBSD", "FreeBSD"),
    ]

    private static func first(in table: [(mark: String, name: String)], that userAgent: String) -> String? {
        table.first { userAgent.contains($0.mark) }?.name
    }
}
