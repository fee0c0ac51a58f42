import CarrelModel
import CarrelSpawn

/// Looks at repositories for people who make links: a few at a time, each of them and all together.
actor RepositoryChecks {
    private let inquiry: any RepositoryInquiry
    private let account: Account?
    private var underWay: [UserName: Int] = [:]

    /// How many of one person's may be under way.
    static let mostEach = 2
    /// How many of all people's may be.
    static let mostInAll = 8
    /// How long one may take.
    static let limit = Duration.seconds(20)

    /// - Parameters:
    ///   - inquiry: looks.
    ///   - account: as whom; nil for the hub's own user.
    init(inquiry: any RepositoryInquiry, account: Account?) {
        self.inquiry = inquiry
        self.account = account
    }

    /// What is found; nil when there is too much to do already.
    func look(
        at address: WebAddress,
        for reference: String?,
        signingInWith credential: GitCredential? = nil,
        askedBy user: UserName,
    ) async -> RepositoryFinding? {
        guard underWay[user, default: 0] < Self.mostEach, underWay.values.reduce(0, +) < Self.mostInAll else {
            return nil
        }
        underWay[user, default: 0] += 1
        defer {
            let left = (underWay[user] ?? 1) - 1
            underWay[user] = left > 0 ? left : nil
        }
        return await inquiry.look(
            at: address,
            for: reference,
            signingInWith: credential,
            as: account,
            within: Self.limit,
        )
    }
}
