import CarrelModel
import CarrelStore
import Foundation

@testable import CarrelHub

/// The pages on which people come into instances, with every field filled.
enum VisitorsSamples {
    private static let instance: InstanceRecord? = {
        var settings = InstanceSettings(name: "explore")
        settings.title = "Exploredata"
        settings.description = "Look at our measurements."
        settings.kind = .ephemeral
        settings.entry = [.code]
        var term = TermsSettings(name: "use")
        term.title = "the terms of use"
        term.url = WebAddress(text: "https://example.org/terms")
        settings.terms = [term]
        return try? InstanceRecord(settings, origin: .page, createdAt: PagesSamples.now)
    }()

    private static let catalogue: Catalogue = {
        var entry = CatalogueEntry(name: "co2")
        entry.text = "Where the air is sampled."
        entry.picture = "co2.png"
        entry.notebook = "co2.ipynb"
        entry.doi = "10.18160/ABCD-1234"
        var section = CatalogueSection(name: "explore")
        section.entries = [entry]
        var catalogue = Catalogue()
        catalogue.text = "Each notebook opens in a server of your own."
        catalogue.sections = [section]
        return catalogue
    }()

    private static func enter(_ instance: InstanceRecord, _ problem: EnterPage.Problem? = nil) -> EnterPage {
        EnterPage(
            instance,
            needsCode: true,
            needsTerms: true,
            isStranger: true,
            next: "/hub/catalogue/explore",
            ticked: [],
            problem: problem,
            idle: "15 minutes",
        )
    }

    static var all: [(name: String, page: any Page, frame: PageFrame)] {
        guard var instance else { return [] }
        let without = EntryCodePage(instance, problem: "A code has 8 to 100 letters, digits and signs.")
        instance.codeHash = "hash"
        return [
            ("enter", enter(instance), PagesSamples.frame(user: nil)),
            ("enter-unticked", enter(instance, .unticked(["use"])), PagesSamples.frame(user: nil)),
            ("enter-wrong-code", enter(instance, .wrongCode), PagesSamples.frame(user: nil)),
            ("enter-full", enter(instance, .tooMany(near: false)), PagesSamples.frame(user: nil)),
            ("entry-code", EntryCodePage(instance), PagesSamples.frame()),
            ("entry-code-problem", without, PagesSamples.frame()),
            (
                "other-environment",
                OtherEnvironmentPage(
                    notebook: "CO₂, now and then",
                    wanted: "R and Julia",
                    running: "Python",
                    openURL: "/user/ada/explore/lab",
                    stopURL: "/hub/stop/ada/explore",
                    catalogueURL: "/hub/catalogue/explore",
                ), PagesSamples.frame()
            ),
            ("catalogue", CataloguePage(catalogue, of: instance), PagesSamples.frame(user: nil)),
            ("sign-in-offers", SignInPage(actionURL: "/hub/login", offers: [instance]), PagesSamples.frame(user: nil)),
        ]
    }
}
