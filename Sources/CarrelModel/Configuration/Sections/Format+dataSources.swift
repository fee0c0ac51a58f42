import Foundation

extension Format where Value == String {
    /// Where a data source is; `{user}` may stand in its path.
    static var dataAddress: Self {
        scalar(
            expected: "an address with https:// (http:// on this machine only), without user, query and fragment",
            kind: "address",
            show: { $0 },
        ) { text in
            let tried = text.replacing("{user}", with: "user")
            guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
                DataSourceSettings.isPrivate(tried), let url = URLComponents(string: tried),
                url.host?.isEmpty == false, url.user == nil, url.password == nil, url.query == nil,
                url.fragment == nil, url.host == URLComponents(string: text.replacing("{user}", with: "x"))?.host
            else { return nil }
            return text
        }
    }

    /// What a token is called at its service.
    static var tokenName: Self {
        scalar(
            expected: "a name of 2 to 50 characters from A to Z, a to z, 0 to 9 and ._-",
            kind: "name of a token",
            show: { $0 },
        ) { text in text.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._\-]{0,48}[A-Za-z0-9]/#) == nil ? nil : text }
    }

    /// What stands before a token.
    static var tokenPrefix: Self {
        scalar(expected: "a word and a colon, such as egi:", kind: "prefix", show: { $0 }) { text in
            text.isEmpty || text.wholeMatch(of: #/[A-Za-z0-9_\-]{1,30}:/#) != nil ? text : nil
        }
    }
}
