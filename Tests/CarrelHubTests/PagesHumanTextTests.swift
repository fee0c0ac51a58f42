import Foundation
import Testing

@testable import CarrelHub

@Suite struct `Human text` {
    let now = PagesSamples.now

    @Test(
        arguments: [
            (0.0, "just now"), (9, "just now"), (10, "10 seconds ago"), (59.9, "59 seconds ago"), (60, "1 minute ago"),
            (3_599, "59 minutes ago"), (3_600, "1 hour ago"), (86_399, "23 hours ago"), (86_400, "1 day ago"),
            (29 * 86_400.0, "29 days ago"), (-5, "in a moment"), (-180, "in 3 minutes"),
        ] as [(TimeInterval, String)]
    )
    func `an instant is told relative to the present`(age: TimeInterval, words: String) {
        #expect(HumanText.relative(now.addingTimeInterval(-age), now: now) == words)
    }

    @Test func `an instant long ago is told by its date`() {
        let leapDay = Date(timeIntervalSince1970: 1_709_164_800)
        #expect(HumanText.relative(leapDay, now: now) == "on 29 February 2024")
    }

    @Test(
        arguments: [
            (-1.0, "0 seconds"), (1, "1 second"), (120, "2 minutes"), (.infinity, "0 seconds"), (.nan, "0 seconds"),
            (90 * 86_400.0, "90 days"),
        ] as [(TimeInterval, String)]
    )
    func `a length of time is told in its largest unit`(seconds: TimeInterval, words: String) {
        #expect(HumanText.duration(seconds) == words)
    }

    @Test(
        arguments: [
            (-5, "0 bytes"), (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1_000, "1 kB"), (1_234, "1.2 kB"),
            (99_950, "100 kB"),
            (123_456, "123 kB"), (999_499, "999 kB"), (999_500, "1 MB"), (999_950, "1 MB"), (1_200_000_000, "1.2 GB"),
            (20_000_000_000, "20 GB"), (Int64.max, "9223 PB"),
        ] as [(Int64, String)]
    )
    func `a size is told in decimal units`(bytes: Int64, words: String) {
        #expect(HumanText.size(bytes) == words)
    }

    @Test func `an instant for machines is exact`() {
        #expect(TimeText(Date(timeIntervalSince1970: 0), now: now).iso == "1970-01-01T00:00:00Z")
    }

    @Test(arguments: [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/19 Safari/605", "Safari on macOS"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537 Chrome/142.0 Mobile Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge on Windows"),
        ("curl/8.5.0", "curl"), ("", "An unknown browser"), ("<script>", "An unknown browser"),
        ("something on Windows", "A browser on Windows"),
    ])
    func `a browser is told by name and system`(userAgent: String, words: String) {
        #expect(BrowserName.words(for: userAgent) == words)
    }
}
