import CarrelModel
import Testing

@Suite struct UnitTests {
    @Test(arguments: [
        ("90s", Duration.seconds(90)), ("15m", .seconds(900)), ("12h", .seconds(43200)), ("30d", .seconds(2_592_000)),
        ("500ms", .milliseconds(500)), ("0s", .zero), ("1 h", .seconds(3600)),
    ])
    func `a duration is a number with a unit`(text: String, duration: Duration) throws {
        #expect(try Duration(text: text) == duration)
        #expect(try Duration(text: duration.text) == duration)
    }

    @Test(arguments: ["", "5", "s", "1.5h", "-1s", "1h30m", "5 minutes", "5S", "５s", "1w", "1e3s", "+1s", " 1s", "1s "])
    func `what isn't a duration is refused`(text: String) {
        #expect(throws: UnitError.notADuration(text)) { try Duration(text: text) }
    }

    @Test(arguments: ["99999999999999999999s", "9223372036854775807d"])
    func `a duration that can't be counted is refused`(text: String) {
        #expect(throws: UnitError.tooLarge(text)) { try Duration(text: text) }
    }

    @Test(arguments: [(Duration.seconds(90), "90s"), (.seconds(120), "2m"), (.seconds(86400), "1d"), (.zero, "0s")])
    func `a duration is printed in its largest whole unit`(duration: Duration, text: String) {
        #expect(duration.text == text)
    }

    @Test(
        arguments: [
            ("20 GB", 20_000_000_000, "20 GB"), ("20 GiB", 20 << 30, "20 GiB"), ("20GB", 20_000_000_000, "20 GB"),
            ("1.5 GiB", 3 << 29, "1536 MiB"), ("0.5 kB", 500, "500 B"), ("1 KB", 1000, "1 kB"), ("512 B", 512, "512 B"),
            ("1234 B", 1234, "1234 B"), ("0 B", 0, "0 B"), ("32 KiB", 32768, "32 KiB"),
            ("1.25 TB", 1_250_000_000_000, "1250 GB"),
            ("7 PiB", 7 << 50, "7 PiB"),
        ] as [(String, Int64, String)]
    )
    func `a size is a number with a decimal or binary unit`(text: String, bytes: Int64, printed: String) throws {
        let size = try ByteCount(text: text)
        #expect(size.bytes == bytes)
        #expect(size.description == printed)
        #expect(try ByteCount(text: size.description) == size)
    }

    @Test(arguments: ["20 G", "20G", "20 gb", "5m", "5 Mb", "1k"])
    func `a size with an unclear unit is refused`(text: String) {
        #expect(throws: UnitError.ambiguousSize(text)) { try ByteCount(text: text) }
    }

    @Test(arguments: ["", "20", "GB", "-1 GB", "1. GB", "1.2345 GB", "1,5 GB", "20 apples", "٢ GB", " 1 GB"])
    func `what isn't a size is refused`(text: String) {
        #expect(throws: UnitError.notASize(text)) { try ByteCount(text: text) }
    }

    @Test(arguments: ["9223372036854775808 B", "10000 PB", "8192 PiB"])
    func `a size that can't be counted is refused`(text: String) {
        #expect(throws: UnitError.tooLarge(text)) { try ByteCount(text: text) }
    }

    @Test(arguments: [
        (999, "999 B"), (1250, "1.3 kB"), (1_200_000_000, "1.2 GB"), (3 << 30, "3.2 GB"), (5_000_000, "5 MB"),
    ])
    func `a size for people is rounded`(bytes: Int64, text: String) {
        #expect(ByteCount(bytes: bytes).rounded == text)
    }
}
