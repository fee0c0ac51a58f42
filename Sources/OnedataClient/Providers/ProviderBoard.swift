import Foundation

/// What a client knows about spaces and providers: what Onezone told lately, and which providers failed.
actor ProviderBoard {
    private let calls: ServiceCalls
    private let choice: ProviderChoice
    private let now: @Sendable () -> Date
    private var kept: (scope: AccessScope, fetched: Date)?
    private var flight: Task<Result<AccessScope, OnedataError>, Never>?
    /// When each provider last failed, by id.
    private var failures: [String: Date] = [:]

    /// How long Onezone's word is good, in seconds.
    static let freshness: TimeInterval = 10
    /// … and how long it is held on to while Onezone can't be asked: the providers may well go on without it.
    static let endurance: TimeInterval = 600
    /// How long a provider that failed is asked last, in seconds.
    static let grayTime: TimeInterval = 30

    init(_ calls: ServiceCalls, _ choice: ProviderChoice, now: @escaping @Sendable () -> Date) {
        self.calls = calls
        self.choice = choice
        self.now = now
    }

    /// What the token is good for.
    func scope() async throws(OnedataError) -> AccessScope {
        if let kept, age(of: kept.fetched) < Self.freshness { return kept.scope }
        do throws(OnedataError) {
            return try await fetched()
        } catch {
            guard let kept, age(of: kept.fetched) < Self.endurance, CallFailure(error).isOfService else { throw error }
            return kept.scope
        }
    }

    /// What the token is good for, asked just now.
    func fetched() async throws(OnedataError) -> AccessScope {
        if let flight { return try await flight.value.get() }
        // Not a child of the first who asks: if that task is cancelled, the others go on waiting.
        let flight = Task<Result<AccessScope, OnedataError>, Never> {
            let result = await self.asked()
            self.land(result)
            return result
        }
        self.flight = flight
        return try await flight.value.get()
    }

    /// The providers that can be asked, in order.
    func candidates(
        for purpose: ProviderChoice.Purpose,
        spaceID: String,
        first: String? = nil,
    ) async throws(OnedataError) -> [ProviderChoice.Candidate] {
        let scope = try await scope()
        return try choice.candidates(
            for: purpose,
            spaceID: spaceID,
            scope: scope.dataAccessScope,
            failed: Set(failures.filter { age(of: $0.value) < Self.grayTime }.keys),
            first: first,
        )
    }

    /// Remembers that a provider failed.
    func note(failureOf id: String) {
        failures[id] = now()
    }

    private func asked() async -> Result<AccessScope, OnedataError> {
        do throws(OnedataError) {
            return .success(try await AccessScope.infer(calls, at: choice.onezone))
        } catch {
            return .failure(error)
        }
    }

    private func land(_ result: Result<AccessScope, OnedataError>) {
        flight = nil
        if case .success(let scope) = result { kept = (scope, now()) }
    }

    /// In seconds; endless if the clock was set back.
    private func age(of moment: Date) -> TimeInterval {
        let age = now().timeIntervalSince(moment)
        return age >= 0 ? age : .infinity
    }
}
