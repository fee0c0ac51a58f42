/// The audit record.
public struct AuditSettings: SettingSection {
    /// How long events are kept.
    public var keep = Duration.seconds(365 * 86_400)

    /// Makes the section that an empty file gives.
    public init() {}

    static let keys: [Key<AuditSettings>] = [
        Key(
            "keep",
            \.keep,
            .duration(.seconds(30 * 86_400)...(.seconds(10 * 365 * 86_400))),
            "How long events are kept. Older ones are removed once a day, which is an event of its own.",
        )
    ]
}
