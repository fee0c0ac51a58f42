public import Foundation

/// What a browser keeps that has shown a good invitation, until its person has signed in or made an account.
///
/// `ID.SECOND.SIGNATURE`: it holds no secret of the invitation, is good for one instance and a short while, and the
/// invitation itself is looked at again when it is used.
public enum InvitationMark {
    private static let purpose = "invitation"

    /// Makes the cookie's value.
    ///
    /// - Parameters:
    ///   - id: which invitation.
    ///   - instance: the instance it leads into.
    ///   - end: until when the mark is good.
    ///   - key: the hub's.
    /// - Returns: `ID.SECOND.SIGNATURE`.
    public static func make(_ id: Int64, into instance: String, until end: Date, key: HubKey) -> String {
        let second = Int64(end.timeIntervalSince1970)
        return "\(id).\(second).\(key.sign(["\(id)", "\(second)", instance], purpose: purpose))"
    }

    /// The invitation that a browser has shown, or nil.
    public static func id(in cookie: String?, into instance: String, at now: Date, key: HubKey) -> Int64? {
        guard let cookie, cookie.utf8.count <= 120 else { return nil }
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let id = Int64(parts[0]), let second = Int64(parts[1]),
            Double(second) > now.timeIntervalSince1970,
            key.verify(parts[2], of: ["\(id)", "\(second)", instance], purpose: purpose)
        else { return nil }
        return id
    }
}
