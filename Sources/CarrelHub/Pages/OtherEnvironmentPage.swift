/// Between a click in a catalogue and its notebook, when the server runs with another environment than the notebook wants.
struct OtherEnvironmentPage: Page {
    static let template = "other-environment"

    let title = "Another environment"
    let notebook: String
    let wanted: String
    let running: String
    let openURL: PageLink
    let stopURL: PageLink
    let catalogueURL: PageLink
}
