import CarrelModel
import Foundation

/// Said where openBIS doesn't take a token any more: leads to a new one and back.
struct OpenBISEndedPage: Page {
    static let template = "openbis-ended"

    let title = "Your openBIS session has ended"
    let section: PageSection? = .openBIS
    let authenticator: String
    let renewURL: PageLink

    /// - Parameters:
    ///   - settings: of which openBIS.
    ///   - next: the address that leads back, with its query.
    init(_ settings: AuthenticatorSettings, next: String) {
        authenticator = settings.title
        renewURL = PageLink(Self.renewal(at: settings.name, next: next))
    }

    /// Where a new token is to be had.
    static func renewal(at authenticator: String, next: String? = nil) -> String {
        HubPath.openBIS(authenticator) + "?next=" + (next ?? OpenBISPlaces(name: authenticator).top).queryValue
    }
}
