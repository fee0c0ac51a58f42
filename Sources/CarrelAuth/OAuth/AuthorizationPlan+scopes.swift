extension AuthorizationPlan {
    /// What the client asks for, and what every token of it holds; refused when it isn't allowed to ask for that.
    func requestedScopes(
        _ text: String?,
        _ request: AuthorizationRequest,
        _ client: OAuthClient,
        _ resource: OAuthResource,
        _ visitor: Visitor,
    ) throws(Stop) -> [Scope] {
        let required = TokenScopes.required(for: resource)
        guard let text else { return merged(client.allowedScopes, required) }
        let asked = try parsed(text.split(separator: " ").map(String.init), request, client)
        let allowed = expanded(client.allowedScopes + required, resource, visitor)
        guard !asked.contains(where: { $0.name == .inherit }) || client.allowedScopes.contains(Scope(.inherit)),
            expanded(asked, resource, visitor).isSubset(of: allowed, visitor.membership)
        else { throw failure(request, client, "invalid_scope", nil) }
        return merged(asked, required)
    }

    /// What of it the person has: whole scopes as written, else the part of them that they have.
    func held(_ asked: [Scope], _ resource: OAuthResource, _ visitor: Visitor) -> [Scope] {
        let required = TokenScopes.required(for: resource)
        return merged(
            asked.flatMap { scope -> [Scope] in
                if scope.name == .inherit || required.contains(scope) { return [scope] }
                let wanted = expanded([scope], resource, visitor)
                if wanted.isEmpty { return [] }
                if wanted.isSubset(of: visitor.scopes, visitor.membership) { return [scope] }
                return wanted.intersection(visitor.scopes, visitor.membership).scopes
            },
            required,
        )
    }

    /// What the person left in the form: never more than was offered, and the minimum in any case.
    func chosen(
        _ texts: [String],
        _ offered: [Scope],
        _ request: AuthorizationRequest,
        _ client: OAuthClient,
        _ resource: OAuthResource,
        _ visitor: Visitor,
    ) throws(Stop) -> [Scope] {
        let picked = try parsed(texts, request, client)
        guard picked.allSatisfy(offered.contains) else { throw failure(request, client, "invalid_scope", nil) }
        return merged(picked, TokenScopes.required(for: resource))
    }

    func mayEnter(_ resource: OAuthResource, _ visitor: Visitor) -> Bool {
        let scope = resource.accessScope
        return visitor.scopes.allows(scope.name, on: scope.filter, visitor.membership)
    }

    /// Nobody is asked for their own server, for what the operator vouches for, or for what they granted before.
    func needsConsent(
        _ offered: [Scope],
        _ client: OAuthClient,
        _ resource: OAuthResource,
        _ visitor: Visitor,
    ) -> Bool {
        if client.confirmation == .never || resource.isServer(of: visitor.userName) { return false }
        guard !visitor.granted.isEmpty else { return true }
        let isInheritNew = offered.contains(Scope(.inherit)) && !visitor.granted.contains(Scope(.inherit))
        let granted = expanded(visitor.granted, resource, visitor)
        return isInheritNew || !expanded(offered, resource, visitor).isSubset(of: granted, visitor.membership)
    }

    /// What is worth a sentence to the person: all but what every token holds, `inherit` alone when it is among it.
    func described(_ offered: [Scope], _ resource: OAuthResource) -> [Scope] {
        if offered.contains(Scope(.inherit)) { return [Scope(.inherit)] }
        let required = TokenScopes.required(for: resource)
        let rest = offered.filter { !required.contains($0) }
        return rest.isEmpty ? [Scope(.noScope)] : rest
    }

    private func parsed(
        _ texts: [String],
        _ request: AuthorizationRequest,
        _ client: OAuthClient,
    ) throws(Stop) -> [Scope] {
        do {
            // `identify` was the only scope once, and means no more than the minimum.
            return try Scope.list(texts.filter { $0 != "identify" }, in: table)
        } catch {
            throw failure(request, client, "invalid_scope", nil)
        }
    }

    private func expanded(_ scopes: [Scope], _ resource: OAuthResource, _ visitor: Visitor) -> ScopeSet {
        ScopeSet(
            expanding: scopes,
            owner: .user(visitor.userName),
            resource: resource,
            inherited: visitor.scopes,
            table: table,
        )
    }

    private func merged(_ first: [Scope], _ second: [Scope]) -> [Scope] {
        var seen: Set<Scope> = []
        return (first + second).filter { seen.insert($0).inserted }
    }
}

extension ScopeSet {
    /// One scope per permission and filter, sorted.
    public var scopes: [Scope] {
        reaches.keys.sorted().flatMap { name -> [Scope] in
            switch reaches[name] {
            case nil: []
            case .everything: [Scope(name)]
            case .only(let filters):
                filters.map { Scope(name, on: $0) }.sorted {
                    $0.text.unicodeScalars.lexicographicallyPrecedes($1.text.unicodeScalars)
                }
            }
        }
    }
}
