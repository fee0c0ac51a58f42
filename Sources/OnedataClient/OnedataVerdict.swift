public import Foundation
import NIOHTTP1

/// What came of trying a token.
public enum OnedataVerdict: Sendable, Equatable {
    /// It is good for reading and writing, until that time if it has one.
    case ok(until: Date?)
    /// It is good for reading.
    case readOnly(until: Date?)
    /// Its time is over.
    case expired
    /// It was revoked.
    case revoked
    /// It isn't an access token of this Onedata.
    case notAToken
    /// A limit in it, named by its caveat's type, keeps it from files; or it is refused for no known reason (nil).
    case limited(String?)
    /// Onezone, or every provider that has files of this person, can't be asked now.
    case offline(OnedataError)
    /// What answers isn't an Onedata.
    case notOnedata(OnedataError)
}

extension OnedataClient {
    /// Tries the token: at Onezone, and then at a provider, for limits of interface and service show there only.
    ///
    /// - Returns: the verdict, after at most the deadline for Onezone and that for each provider.
    public func check() async -> OnedataVerdict {
        let scope: AccessScope
        do throws(OnedataError) {
            scope = try await board.fetched()
        } catch {
            return Self.verdict(of: error)
        }
        do throws(OnedataError) {
            try await tryProviders(scope)
        } catch {
            return Self.verdict(of: error)
        }
        return scope.dataAccessScope.readonly ? .readOnly(until: scope.ends) : .ok(until: scope.ends)
    }

    /// Asks providers one after the other, each once, until one answers; it is enough that one space has such a one.
    private func tryProviders(_ scope: AccessScope) async throws(OnedataError) {
        var last: OnedataError?
        var tried: Set<String> = []
        for spaceID in scope.dataAccessScope.spaces.keys.sorted() {
            do throws(OnedataError) {
                for provider in try await board.candidates(for: .reading, spaceID: spaceID)
                where tried.insert(provider.id).inserted {
                    let error = await refusal(of: provider)
                    guard let error else { return }
                    guard CallFailure(error).isOfService else { throw error }
                    last = error
                }
            } catch .noProvider(let fault) {
                // A space that nobody supports says nothing about those that somebody does.
                if fault != .unsupported, last == nil { last = .noProvider(fault) }
            }
        }
        if let last { throw last }
    }

    /// Why a provider doesn't answer; nil if it does.
    private func refusal(of provider: ProviderChoice.Candidate) async -> OnedataError? {
        do throws(OnedataError) {
            _ = try await calls.answer(to: ServiceCall(.GET, "/api/v3/oneprovider/spaces"), at: provider.place)
            return nil
        } catch {
            if CallFailure(error).isOfService { await board.note(failureOf: provider.id) }
            return error
        }
    }

    private static func verdict(of error: OnedataError) -> OnedataVerdict {
        switch error {
        case .token(.expired): .expired
        case .token(.revoked): .revoked
        case .token(.notAToken): .notAToken
        case .token(.limited(let caveat)): .limited(caveat)
        case .token(.refused), .forbidden: .limited(nil)
        case .nonsense, .notFound, .refused, .unfitAddress: .notOnedata(error)
        default: .offline(error)
        }
    }
}
