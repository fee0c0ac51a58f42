import CarrelModel
import Testing

@testable import CarrelHub

@Suite struct `The proxy's command line` {
    private let state = StateDirectory(path: "/srv/carrel")

    @Test func `the defaults, spelled out`() {
        #expect(
            ProxyProgram.arguments(ProxySettings(), state: state) == [
                "proxy",
                "--listen", "127.0.0.1:8000",
                "--api-socket", "/srv/carrel/run/proxy.sock",
                "--default-target", "http+unix://%2Fsrv%2Fcarrel%2Frun%2Ffront.sock",
                "--error-target", "http+unix://%2Fsrv%2Fcarrel%2Frun%2Ffront.sock/hub/error",
                "--threads", "1",
                "--keep-alive-timeout", "75s", "--header-timeout", "15s",
                "--first-byte-timeout", "10m",
                "--maximum-header-size", "32 KiB",
            ]
        )
    }

    @Test func `TLS on several addresses, with a redirect`() {
        var settings = ProxySettings()
        settings.listen = [.tcp(host: "::1", port: 443), .unix(path: "/run/x.sock")]
        var tls = TLSSettings()
        (tls.certificate, tls.key) = ("/etc/cert.pem", "/etc/key.pem")
        tls.redirectFrom = .tcp(host: "0.0.0.0", port: 80)
        settings.tls = tls
        settings.threads = 4
        let arguments = ProxyProgram.arguments(settings, state: state)
        #expect(
            Array(arguments.prefix(11)) == [
                "proxy", "--listen", "[::1]:443", "--listen", "unix:/run/x.sock",
                "--tls-certificate", "/etc/cert.pem", "--tls-key", "/etc/key.pem", "--redirect-listen", "0.0.0.0:80",
            ]
        )
        #expect(arguments.contains("4"))
    }

    @Test func `every socket of a state directory that is named oddly can be named in a URL`() {
        let arguments = ProxyProgram.arguments(ProxySettings(), state: StateDirectory(path: "/tmp/ü %2F@x:1"))
        #expect(arguments.contains("http+unix://%2Ftmp%2F%C3%BC%20%252F%40x%3A1%2Frun%2Ffront.sock"))
    }

    @Test func `what only the hub may see is kept from servers`() {
        let arguments = ProxyProgram.arguments(
            ProxySettings(),
            state: state,
            privateFields: ["x-remote-user", "x-carrel-secret"],
        )
        #expect(
            Array(arguments.suffix(4)) == ["--private-field", "x-remote-user", "--private-field", "x-carrel-secret"]
        )
    }

    @Test func `the endpoint for openBIS has an address of its own`() {
        let address = ListenAddress.tcp(host: "0.0.0.0", port: 8123)
        let arguments = ProxyProgram.arguments(ProxySettings(), state: state, integration: address)
        let place = "http+unix://%2Fsrv%2Fcarrel%2Frun%2Ffront.sock/services/openbis"
        #expect(Array(arguments[3...4]) == ["--listen-for", "0.0.0.0:8123=\(place)"])
    }
}
