/// What a provider says about itself (Discovery 1.0 §3, RFC 8414 §2), as far as it is needed and after it was checked.
struct ProviderMetadata: Sendable, Equatable {
    let issuer: String
    let authorization: EndpointAddress
    let token: EndpointAddress
    let keys: EndpointAddress
    let userInfo: EndpointAddress?
    let introspection: EndpointAddress?
    let revocation: EndpointAddress?
    let endSession: EndpointAddress?
    /// Whether each answer of the authorization endpoint says who gives it (RFC 9207 §3).
    let namesIssuerInAnswers: Bool
    private let authentications: [OpenIDCall: [String]]

    /// Where an issuer's metadata are (Discovery 1.0 §4.1).
    ///
    /// - Throws: ``OpenIDError/unfitRegistration(_:)`` when the issuer can't be one.
    static func address(of issuer: String) throws(OpenIDError) -> EndpointAddress {
        guard let address = EndpointAddress(issuer), !address.hasQuery,
            let metadata = EndpointAddress((issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer) + wellKnown)
        else { throw .unfitRegistration(.issuer) }
        return metadata
    }

    private static let wellKnown = "/.well-known/openid-configuration"

    /// Reads metadata.
    ///
    /// - Parameters:
    ///   - object: as it was fetched.
    ///   - issuer: whose it must be.
    /// - Throws: ``OpenIDError/nonsense(_:_:)``.
    init(_ object: [String: OpenIDValue], issuer: String) throws(OpenIDError) {
        guard object["issuer"]?.string == issuer else { throw .nonsense(.discovery, .foreignIssuer) }
        let mayBePlain = EndpointAddress(issuer)?.isPlain ?? false
        func endpoint(_ name: String) throws(OpenIDError) -> EndpointAddress? {
            guard let value = object[name], value != .null else { return nil }
            guard let text = value.string else { throw .nonsense(.discovery, .member(name)) }
            guard let address = EndpointAddress(text), !address.isPlain || mayBePlain else {
                throw .nonsense(.discovery, .insecureEndpoint(name))
            }
            return address
        }
        func needed(_ name: String) throws(OpenIDError) -> EndpointAddress {
            guard let address = try endpoint(name) else { throw .nonsense(.discovery, .member(name)) }
            return address
        }
        self.issuer = issuer
        authorization = try needed("authorization_endpoint")
        token = try needed("token_endpoint")
        keys = try needed("jwks_uri")
        userInfo = try endpoint("userinfo_endpoint")
        introspection = try endpoint("introspection_endpoint")
        revocation = try endpoint("revocation_endpoint")
        endSession = try endpoint("end_session_endpoint")
        namesIssuerInAnswers = object["authorization_response_iss_parameter_supported"] == .bool(true)
        authentications = [
            .token: object["token_endpoint_auth_methods_supported"]?.list,
            .introspection: object["introspection_endpoint_auth_methods_supported"]?.list,
            .revocation: object["revocation_endpoint_auth_methods_supported"]?.list,
        ].compactMapValues(\.self)
    }

    /// How the client shows who it is; an endpoint that says nothing takes what the token endpoint takes.
    func authentication(
        for call: OpenIDCall,
        _ registration: OpenIDRegistration,
    ) throws(OpenIDError) -> ClientAuthentication {
        let offered = authentications[call] ?? authentications[.token]
        return try ClientAuthentication(offered: offered, hasSecret: registration.clientSecret != nil)
    }
}
