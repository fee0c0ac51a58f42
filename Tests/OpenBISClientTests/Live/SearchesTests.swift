import Foundation
import Testing

@testable import OpenBISClient

@Suite(.enabled(if: StandIn.python != nil), .timeLimit(.minutes(5))) struct SearchesTests {
    @Test(arguments: [["--tls"], ["--tls", "--version", "7.0", "--references"], ["--version", "3.5"]])
    func `one goes from space to dataset`(_ arguments: [String]) async throws {
        try await withStandIn(arguments) { openBIS in
            let session = try await openBIS.session()
            let spaces = try await session.spaces()
            #expect(spaces.items.map(\.code).contains("LAB"))
            #expect(!spaces.items.map(\.code).contains("SECRET"))
            #expect(spaces.total == spaces.items.count)

            let project = try #require(try await session.projects(OpenBISQuery(in: .space("LAB"))).items.first)
            #expect(project.identifier == "/LAB/P1")
            let query = OpenBISQuery(in: .project(project.permID))
            let collection = try #require(try await session.experiments(query).items.first)
            #expect(collection.identifier == "/LAB/P1/C1")
            #expect(collection.type == "COLLECTION")
            #expect(collection.properties.name == "First collection")

            let inside = OpenBISQuery(in: .experiment(collection.permID))
            let samples = try await session.samples(inside).items
            #expect(samples.map(\.identifier) == ["/LAB/P1/EXP1", "/LAB/P1/EXP2"])
            #expect(samples.first?.experiment?.identifier == "/LAB/P1/C1")
            let all = try await session.dataSets(inside)
            #expect(Set(all.items.map(\.properties.name)) == ["Measured", "Odd names", "Picture"])
            let sample = try #require(samples.first)
            let own = try await session.dataSets(OpenBISQuery(in: .sample(sample.permID))).items
            #expect(Set(own.map(\.properties.name)) == ["Measured", "Odd names"])
            #expect(own.allSatisfy { $0.sample?.permID == sample.permID && $0.experiment?.permID == collection.permID })
            let direct = OpenBISQuery(in: .experiment(collection.permID), isDirect: true)
            #expect(try await session.dataSets(direct).items.map(\.properties.name) == ["Picture"])
        }
    }

    @Test func `what belongs together is found from both sides`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            let made = try await session.dataSets(OpenBISQuery(parent: raw.permID)).items
            #expect(made.map(\.properties.name) == ["Picture"])
            let picture = try #require(made.first)
            let sources = try await session.dataSets(OpenBISQuery(child: picture.permID)).items
            #expect(sources.map(\.permID) == [raw.permID])
            #expect(try await session.dataSet(picture.permID).parents == [raw.permID])

            let step = try await session.sample(.identifier("/LAB/P1/EXP1"))
            let next = try await session.samples(OpenBISQuery(parent: step.permID)).items
            #expect(next.map(\.identifier) == ["/LAB/P1/EXP2"])
        }
    }

    @Test(arguments: [
        ("measu", ["Measured"]), ("PROCESSED", ["Picture"]), ("m", []), ("  ", []), ("*", []), ("%%", []),
        ("od", ["Odd names"]), (#"" OR "1"="1"#, []),
    ])
    func `datasets are found by what people type`(_ text: String, _ names: [String]) async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let found = try await session.dataSets(OpenBISQuery(text: text))
            #expect(found.items.compactMap(\.properties.name) == names)
            #expect(found.total == names.count)
        }
    }

    @Test func `a code, a path and a type find, and what can't be finds nothing`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let raw = try await StandIn.dataSet("Measured", session)
            #expect(try await session.dataSets(OpenBISQuery(text: raw.permID)).items.map(\.permID) == [raw.permID])
            #expect(try await session.samples(OpenBISQuery(text: "lab/p1/exp2")).items.map(\.code) == ["EXP2"])
            #expect(try await session.dataSets(OpenBISQuery(type: "PROCESSED_DATA")).total == 1)
            #expect(
                try await session.spaces(OpenBISQuery(text: "lab")).items.map(\.code) == [
                    "DEFAULT_LAB_NOTEBOOK", "LAB",
                ]
            )
            #expect(try await session.spaces(OpenBISQuery(in: .space("LAB"))).items.isEmpty)
            #expect(try await session.projects(OpenBISQuery(type: "X")).items.isEmpty)
        }
    }

    @Test func `everybody sees their own only`() async throws {
        try await withStandIn { openBIS in
            let (alice, bob) = (try await openBIS.session(), try await openBIS.session(of: "bob"))
            let hidden = try await StandIn.dataSet("Hidden", bob)
            #expect(await failure { try await alice.dataSet(hidden.permID) } == .notFound)
            #expect(try await alice.dataSets(named: [hidden.permID]).isEmpty)
            #expect(try await alice.dataSets(OpenBISQuery(text: "Hidden")).total == 0)
            #expect(await failure { try await alice.experiment(.identifier("/SECRET/P1/C1")) } == .notFound)
        }
    }

    @Test func `an owner is an object or a collection, by id or path`() async throws {
        try await withStandIn(["--tls", "--references"]) { openBIS in
            let session = try await openBIS.session()
            for typed in ["/LAB/P1/EXP1", "lab/p1/exp1", " /LAB/P1/C1/EXP1 "] {
                let owner = try await session.owner(OpenBISEntityID(typed))
                #expect(owner.identifier == "/LAB/P1/EXP1")
                #expect(try await session.owner(OpenBISEntityID(owner.permID)) == owner)
            }
            let owner = try await session.owner(OpenBISEntityID("/LAB/P1/C1"))
            guard case .experiment(let collection) = owner else {
                Issue.record("\(owner)")
                return
            }
            #expect(collection.properties.name == "First collection")
            #expect(await failure { try await session.owner(OpenBISEntityID("/LAB/P1/NONE")) } == .notFound)
            #expect(try await session.project(OpenBISEntityID("/LAB/P1")).code == "P1")
            #expect(try await session.space("LAB").code == "LAB")
            #expect(await failure { try await session.space("NONE") } == .notFound)
        }
    }

    @Test func `ten thousand datasets come part by part, each once`() async throws {
        try await withStandIn { openBIS in
            try await openBIS.tell("fill", .members(["owner": .text("/LAB/P1/EXP2"), "datasets": .number(10_000)]))
            let session = try await openBIS.session()
            let sample = try await session.sample(.identifier("/LAB/P1/EXP2"))
            let query = OpenBISQuery(in: .sample(sample.permID))
            let first = try await session.dataSets(query, from: 40, count: 20)
            #expect(first.items.count == 20)
            #expect(first.total == 10_000)
            #expect(first.next == 60)

            var found: Set<String> = []
            let all = session.pages { from throws(OpenBISError) in
                try await session.dataSets(query, from: from, count: 1000)
            }
            for try await page in all { found.formUnion(page.items.map(\.permID)) }
            #expect(found.count == 10_000)
            #expect(try await session.dataSets(query, from: 20_000).items.isEmpty)
        }
    }

    @Test func `types tell their properties`() async throws {
        try await withStandIn(["--tls", "--references"]) { openBIS in
            let told: Parameter = .members([
                "types": .list([
                    .members([
                        "code": .text("MEASURED"), "entity": .text("DATA_SET"), "mandatory": .list([.text("KIND")]),
                        "properties": .list([
                            .text("$NAME"),
                            .list([
                                .text("KIND"), .text("CONTROLLEDVOCABULARY"), .text("Kind of it"),
                                .list([.text("COLD"), .text("HOT")]),
                            ]),
                        ]),
                    ])
                ])
            ])
            try await openBIS.tell("sow", told)
            let session = try await openBIS.session()
            let types = try await session.dataSetTypes()
            #expect(types.map(\.code).contains("ANALYSIS_NOTEBOOK"))
            let type = try #require(types.first { $0.code == "MEASURED" })
            #expect(type.properties.map(\.code) == ["$NAME", "KIND"])
            #expect(type.properties.map(\.isMandatory) == [false, true])
            #expect(type.properties.last?.terms?.map(\.code) == ["COLD", "HOT"])
            #expect(type.properties.first?.terms == nil)
            #expect(type.properties.first?.dataType == "VARCHAR")
            #expect(try await session.dataSetType("MEASURED") == type)
            #expect(await failure { try await session.dataSetType("NONE") } == .notFound)
        }
    }

    @Test func `personal access tokens are made, listed, and open a session`() async throws {
        try await withStandIn { openBIS in
            let session = try await openBIS.session()
            let now = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded(.down))
            let made = try await session.makePersonalAccess(
                named: "carrel",
                from: now,
                until: now.addingTimeInterval(90 * 86_400)
            )
            #expect(made.owner == "alice")
            #expect(made.validFrom == now)
            #expect(made.validUntil == now.addingTimeInterval(30 * 86_400))
            #expect(made.token.isPersonalAccessToken)
            #expect(try await session.personalAccess(named: "carrel") == [made])
            #expect(try await session.personalAccess(named: "other").isEmpty)
            #expect(try await session.personalAccess() == [made])

            try await openBIS.tell("expire")
            let known = try await openBIS.client().sessionInformation(made.token)
            #expect(known.userID == "alice")
            #expect(known.isOfPersonalAccessToken)
            let later = openBIS.client().session(made.token)
            #expect(try await later.dataSets().total == 3)
            let error = await failure { try await later.makePersonalAccess(named: "x", from: now, until: now + 60) }
            guard case .refused = error else {
                Issue.record("\(String(describing: error))")
                return
            }

            let again = try await openBIS.session()
            for _ in 1...2 { try await again.deletePersonalAccess(made.token) }
            #expect(try await !openBIS.client().isSessionActive(made.token))
            #expect(try await again.personalAccess().isEmpty)
        }
    }
}
