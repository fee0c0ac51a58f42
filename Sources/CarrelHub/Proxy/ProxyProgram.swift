import CarrelAuth
import CarrelModel
import Foundation

/// The command line of the proxy that a configuration asks for.
enum ProxyProgram {
    static func make(_ parts: Hub.Parts, token: Secret) -> Companion.Program {
        Companion.Program(
            path: parts.executable,
            arguments: arguments(
                parts.configuration.current.proxy,
                state: parts.state,
                integration: parts.configuration.current.openbisIntegration?.listen,
                privateFields: parts.configuration.current.privateFields,
            ),
            environment: ["CONFIGPROXY_AUTH_TOKEN=\(token.reveal())"],
            log: parts.state.logs + "/proxy.log",
        )
    }

    static func arguments(
        _ settings: ProxySettings,
        state: StateDirectory,
        integration: ListenAddress? = nil,
        privateFields: [String] = [],
    ) -> [String] {
        let hub = "http+unix://" + ServerVariables.host(state.frontSocket)
        var arguments = ["proxy"]
        for address in settings.listen { arguments += ["--listen", address.description] }
        if let tls = settings.tls {
            arguments += ["--tls-certificate", tls.certificate, "--tls-key", tls.key]
            if let address = tls.redirectFrom { arguments += ["--redirect-listen", address.description] }
        }
        if let integration { arguments += ["--listen-for", "\(integration)=\(hub)\(IntegrationEndpoint.path)"] }
        arguments += ["--api-socket", state.proxyControl]
        arguments += ["--default-target", hub, "--error-target", hub + "/hub/error"]
        arguments += ["--threads", String(settings.threads)]
        arguments += [
            "--keep-alive-timeout", settings.keepAliveTimeout.text, "--header-timeout", settings.headerTimeout.text,
        ]
        arguments += ["--first-byte-timeout", settings.firstByteTimeout.text]
        arguments += ["--maximum-header-size", settings.maximumHeaderSize.description]
        for network in settings.trustedProxies { arguments += ["--trusted-proxy", network.description] }
        for field in privateFields { arguments += ["--private-field", field] }
        return arguments
    }
}
