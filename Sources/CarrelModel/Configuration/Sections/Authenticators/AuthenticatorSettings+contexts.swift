extension AuthenticatorSettings {
    static let fromContexts: [Key<AuthenticatorSettings>] = [
        Key(
            "contexts",
            \.contexts,
            .list(of: .contextPattern, count: 0...100),
            """
            The contexts of D4Science (virtual research environments) from whose pages people come here: paths, or with `/*` at \
            their end all below one. If there are any, whoever comes without one, or isn't in it, is refused, and servers get \
            its token as `D4SCIENCE_TOKEN`.
            """,
        )
    ]

    /// Whether people may come from this context.
    ///
    /// - Parameter context: the path of one; anything else is no context.
    /// - Returns: whether one of ``contexts`` says so.
    public func admits(_ context: String) -> Bool {
        guard Format.isContextPath(context) else { return false }
        return contexts.contains { pattern in
            guard pattern.hasSuffix("/*") else { return pattern == context }
            return context.hasPrefix(pattern.dropLast())
        }
    }
}
