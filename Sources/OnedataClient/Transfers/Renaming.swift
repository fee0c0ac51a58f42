/// The renaming of something within a space, with what to do when it isn't known how it went.
///
/// POSIX has a rename replace a file in one step. A provider that refuses that with `eexist` gets two: the old file is put
/// aside under an unfinished name, and removed when the new one is in its place, or brought back.
struct Renaming {
    let client: OnedataClient
    /// Of what is renamed.
    let id: String
    let from: Spot
    let to: Spot
    /// What is there now and may be replaced; nil if nothing is.
    let replaced: OnedataEntry?

    /// Does it.
    func run(at provider: ProviderCalls) async throws(CallFailure) {
        do throws(CallFailure) {
            try await step(from, to, id, at: provider)
        } catch {
            guard error.error == .exists, let replaced, replaced.id != id else { throw error }
            try await runAside(replaced, at: provider)
        }
    }

    private func runAside(_ old: OnedataEntry, at provider: ProviderCalls) async throws(CallFailure) {
        let aside = to.unused()
        try await step(to, aside, old.id, at: provider)
        do throws(CallFailure) {
            try await step(from, to, id, at: provider)
        } catch {
            await bringBack(old, from: aside, at: provider)
            throw error
        }
        // The new file is in its place; a failure here leaves the old one beside it.
        _ = try? await provider.delete(old.id)
    }

    /// Renames the old file back, also for a task that was cancelled.
    private func bringBack(_ old: OnedataEntry, from aside: Spot, at provider: ProviderCalls) async {
        // Of its own, so that it isn't cancelled, too.
        await Task {
            _ = try? await step(aside, to, old.id, at: provider)
        }.value
    }

    /// One rename; if no answer came, or none that tells, what is at the new place tells.
    private func step(_ from: Spot, _ to: Spot, _ id: String, at provider: ProviderCalls) async throws(CallFailure) {
        do throws(CallFailure) {
            try await provider.rename(from, to)
        } catch {
            guard error.isOpen, try await found(id, at: to) else { throw error }
            return
        }
        // A provider may take the request for one that changes nothing, and say yes.
        guard try await found(id, at: to) else { throw CallFailure(.exists) }
    }

    /// Whether it is at that place, as any provider sees it.
    private func found(_ id: String, at spot: Spot) async throws(CallFailure) -> Bool {
        try await client.occupant(of: spot)?.id == id
    }
}
