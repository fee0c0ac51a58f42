import CarrelModel
import Testing

@testable import CarrelHub

@Suite struct `Settings typed into a form` {
    private let keys = InstanceKey.keys(for: .admin, of: nil, environments: 1)

    private var course: InstanceSettings {
        var settings = InstanceSettings(name: "course")
        (settings.title, settings.places, settings.quota) = ("School", 30, ByteCount(bytes: 5_000_000_000))
        settings.sizes = [SizeSettings(name: "small")]
        return settings
    }

    private func draft(_ pairs: [(String, String)], was settings: InstanceSettings? = nil) -> InstanceDraft {
        let memory = settings.map { [("was", InstanceDraft.memory(of: $0, keys: keys))] } ?? []
        return InstanceDraft(FormText(pairs: pairs + memory), keys: keys)
    }

    @Test func `give the settings again that a form was filled with`() throws {
        var settings = course
        settings.entry = [.invitation, .account]
        (settings.groups, settings.managers) = (["ecology", "soil"], ["anna", "bob"])
        (settings.handOut, settings.handIn, settings.idleLimit) = (true, "hand-in", .seconds(5400))
        (settings.processorLimit, settings.memoryLimit) = (
            ProcessorCount(hundredths: 150), ByteCount(bytes: 3 << 30)
        )
        settings.material = MaterialSettings()
        settings.material?.repository = WebAddress(text: "https://example.org/a.git")
        settings.material?.folder = "lessons"
        let pairs = keys.flatMap { key in
            let text = key.text(settings)
            return key.name == "entry" ? [(key.name, "account"), (key.name, "invitation")] : [(key.name, text)]
        }
        var again = try draft(pairs).settings(name: "course", over: settings, keys: keys)
        #expect(again.entry == [.account, .invitation])
        again.entry = settings.entry
        #expect(again == settings)
    }

    @Test func `leave a key at its standard that is emptied, and others as they were`() throws {
        let some = keys.filter { ["title", "places"].contains($0.name) }
        let typed = InstanceDraft(FormText(pairs: [("title", " "), ("places", ""), ("quota", "1 TB")]), keys: some)
        let settings = try typed.settings(name: "course", over: course, keys: some)
        #expect(settings.title == "course" && settings.places == nil)
        #expect(settings.quota == course.quota && settings.sizes == course.sizes)
    }

    @Test func `are wrong where they are wrong`() throws {
        let bad = draft([
            ("title", "T"), ("kind", "temporary"), ("places", "many"), ("managers", "a, \u{202E}b"), ("quota", "20 gb"),
            ("material.branch", "main"),
        ])
        let error = try #require(throws: ConfigurationError.self) {
            try bad.settings(name: "course", over: nil, keys: keys)
        }
        guard case .invalid(_, let problems) = error else { return }
        let found = problems.map { InstanceProblem($0).key }
        #expect(found.sorted() == ["entry", "managers", "places", "quota"])
        let late = draft([("kind", "temporary"), ("entry", "account"), ("material.branch", "main")])
        let faults = try #require(throws: ConfigurationError.self) {
            try late.settings(name: "course", over: nil, keys: keys)
        }
        guard case .invalid(_, let rest) = faults else { return }
        #expect(Set(rest.map { InstanceProblem($0).key }) == ["ends", "material.repository"])
    }

    @Test func `are outdated when one that the form has was changed, or when it doesn't say`() {
        var later = course
        #expect(!draft([], was: course).isOutdated(by: later, keys: keys))
        later.sizes = []
        #expect(!draft([], was: course).isOutdated(by: later, keys: keys))
        later.places = 31
        #expect(draft([], was: course).isOutdated(by: later, keys: keys))
        #expect(draft([]).isOutdated(by: course, keys: keys))
        #expect(draft([("was", "[1]")]).isOutdated(by: course, keys: keys))
    }

    @Test(arguments: [
        ("typed", "now", "typed", "Somebody made this “now” meanwhile."),
        ("School", "now", "now", "Somebody changed this meanwhile. It was “School”."),
        ("now", "now", "now", nil),
        ("typed", "School", "typed", nil),
    ])
    func `keep what was typed, and say what else there is`(
        _ typed: String,
        _ now: String,
        _ value: String,
        _ note: String?,
    ) throws {
        let key = try #require(keys.first { $0.name == "title" })
        let merge = InstanceMerge(key, draft([("title", typed)], was: course), now: now)
        #expect(merge.value == value)
        #expect(note.map { merge.note?.hasPrefix($0) == true } ?? (merge.note == nil))
    }

    @Test func `are fewer for managers, and no kind for one in use`() {
        func names(_ rank: InstanceKey.Rank, isUnused: Bool) -> [String] {
            InstanceKey.keys(for: rank, of: course, isUnused: isUnused, environments: 1).map(\.name)
        }
        #expect(names(.manager, isUnused: true) == ["title", "description", "places", "handOut", "handIn"])
        #expect(names(.maker, isUnused: true).contains("kind"))
        #expect(!names(.admin, isUnused: false).contains("kind"))
    }
}

@Suite struct `What makers may ask for` {
    private func problems(
        over old: InstanceSettings? = nil,
        _ change: (inout InstanceSettings) -> Void,
    ) -> [String] {
        var configuration = Configuration()
        configuration.storage.quota = ByteCount(bytes: 20_000_000_000)
        configuration.servers.maximumAge = nil
        var settings = old ?? InstanceSettings(name: "course")
        change(&settings)
        return MakerLimits(configuration: configuration, capacity: 10).problems(of: settings, over: old).map(\.key)
    }

    @Test func `is as much as everybody has, and no more`() {
        let most = problems {
            ($0.quota, $0.memoryLimit) = (ByteCount(bytes: 20_000_000_000), ByteCount(bytes: 4 << 30))
            ($0.processorLimit, $0.processLimit) = (ProcessorCount(hundredths: 200), 2000)
            ($0.capacity, $0.idleLimit, $0.maximumAge) = (10, .seconds(3600), .seconds(1e6))
        }
        #expect(most.isEmpty)
        let more = problems {
            ($0.quota, $0.memoryLimit) = (ByteCount(bytes: 20_000_000_001), ByteCount(bytes: 5 << 30))
            ($0.processorLimit, $0.processLimit) = (ProcessorCount(hundredths: 201), 2001)
            ($0.capacity, $0.idleLimit, $0.entry) = (11, .seconds(3601), [.open])
        }
        #expect(
            more == ["quota", "memoryLimit", "processorLimit", "processLimit", "capacity", "idleLimit", "entry"]
        )
    }

    @Test func `leaves what an admin allowed`() {
        var allowed = InstanceSettings(name: "course")
        (allowed.capacity, allowed.quota, allowed.entry) = (50, ByteCount(bytes: 1 << 40), [.open])
        #expect(problems(over: allowed) { $0.title = "New" }.isEmpty)
        #expect(problems(over: allowed) { $0.capacity = 51 } == ["capacity"])
    }
}
