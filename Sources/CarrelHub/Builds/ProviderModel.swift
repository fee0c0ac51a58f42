import CarrelModel

/// A kind of link as BinderHub's pages are told of it (reference egi 6.2).
struct ProviderModel: Encodable, Equatable {
    struct Spec: Encodable, Equatable { let validateRegex: String }
    struct Detect: Encodable, Equatable { let regex: String }
    struct Repository: Encodable, Equatable {
        let label: String
        let placeholder: String
        let urlEncode: Bool
    }
    struct Reference: Encodable, Equatable {
        let enabled: Bool
        let `default`: String?
    }

    let displayName: String
    let id: String
    let spec: Spec
    let detect: Detect?
    let repo: Repository
    let ref: Reference

    /// What is known of a kind of link.
    static func of(_ provider: LinkProvider) -> ProviderModel {
        switch provider {
        case .gh:
            repository(provider, "GitHub", "GitHub repository name or URL", "owner/repository", at: "github.com")
        case .gl:
            repository(provider, "GitLab", "GitLab repository or URL", "group/project", at: "gitlab.com")
        case .git:
            repository(
                provider,
                "Git repository",
                "Arbitrary git repository URL",
                "https://git.example.org/repository",
                at: nil,
            )
        case .gist:
            repository(provider, "Gist", "Gist ID (username/gistId) or URL", "username/gistId", at: "gist.github.com")
        case .zenodo: record(provider, "Zenodo DOI", "10.5281/zenodo.3242074")
        case .figshare: record(provider, "FigShare DOI", "10.6084/m9.figshare.9782777.v1")
        case .dataverse: record(provider, "Dataverse DOI", "10.7910/DVN/TJCLKP")
        case .hydroshare: record(provider, "HydroShare resource id", "142ea33a0b5c4b31a1f4d6bd6e1b0a8e")
        case .ckan: record(provider, "CKAN dataset URL", "https://ckan.example.org/dataset/name")
        }
    }

    private static func repository(
        _ provider: LinkProvider,
        _ name: String,
        _ label: String,
        _ placeholder: String,
        at host: String?,
    ) -> ProviderModel {
        ProviderModel(
            displayName: name,
            id: provider.rawValue,
            spec: Spec(validateRegex: provider == .gh ? "[^/]+/[^/]+/.+" : "[^/]+/.+"),
            detect: host.map { Detect(regex: "^(https?://\($0)/)?(?<repo>.*[^/])/?") },
            repo: Repository(label: label, placeholder: placeholder, urlEncode: provider == .gl || provider == .git),
            ref: Reference(enabled: true, default: "HEAD"),
        )
    }

    /// A published record, which has no ref.
    private static func record(_ provider: LinkProvider, _ label: String, _ placeholder: String) -> ProviderModel {
        ProviderModel(
            displayName: label,
            id: provider.rawValue,
            spec: Spec(validateRegex: ".+"),
            detect: nil,
            repo: Repository(label: label, placeholder: placeholder, urlEncode: provider == .ckan),
            ref: Reference(enabled: false, default: nil),
        )
    }
}
