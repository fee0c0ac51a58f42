// swift-tools-version: 6.2

import PackageDescription

/// What every target of ours is held to.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "carrel",
    products: [
        .executable(name: "carrel", targets: ["carrel"]),
        .executable(name: "carrel-log", targets: ["carrel-log"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    ],
    targets: [
        // The command line: the only place where parts are joined.
        .executableTarget(
            name: "carrel",
            dependencies: [
                "CProcess",
                "CarrelAuth",
                "CarrelData",
                "CarrelHub",
                "CarrelModel",
                "CarrelProxy",
                "CarrelSpawn",
                "CarrelStore",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),

        // Pages, REST API, OAuth provider, life cycle of servers.
        .target(
            name: "CarrelHub",
            dependencies: [
                "CarrelAuth",
                "CarrelData",
                "CarrelModel",
                "CarrelSpawn",
                "CarrelStore",
                "LDAPClient",
                "OpenBISClient",
                "OpenBISNotebook",
                "OpenIDClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOFoundationCompat", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")],
            swiftSettings: strict,
        ),

        // Siblings, which never import each other: who somebody is, what runs for them, and what they have elsewhere.
        .target(
            name: "CarrelAuth",
            dependencies: [
                "CarrelModel",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: strict,
        ),
        .target(
            name: "CarrelData",
            dependencies: [
                "CExpat",
                "CFiles",
                "CarrelModel",
                "OnedataClient",
                "OpenBISClient",
                "StorageHubClient",
                "WebDAVClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),
        .target(
            name: "CarrelSpawn",
            dependencies: ["CarrelModel", "CArchive", "CFiles", "CNamespaces", "CProcess", "CSeccomp"],
            swiftSettings: strict,
        ),

        // Tables, migrations, queries.
        .target(
            name: "CarrelStore",
            dependencies: [
                "CarrelModel",
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict,
        ),

        // The words of the house as value types; configuration.
        .target(
            name: "CarrelModel",
            dependencies: [
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict,
        ),

        // The data plane: knows routes, not users; imports no other module of ours.
        .target(
            name: "CarrelProxy",
            dependencies: [
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),

        // Clients, each usable alone and knowing nothing of Carrel.
        .target(name: "OpenBISNotebook", swiftSettings: strict),
        .target(
            name: "OpenIDClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .target(name: "LDAPClient", dependencies: ["CLDAP"], swiftSettings: strict),
        .target(
            name: "OnedataClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .target(
            name: "OpenBISClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict,
        ),
        .target(
            name: "StorageHubClient",
            dependencies: [
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .target(
            name: "WebDAVClient",
            dependencies: [
                "CExpat",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict,
        ),

        // C shims, a few narrow functions each.
        .executableTarget(name: "carrel-log", path: "Sources/System/LogKeeper"),
        .target(name: "CFiles", path: "Sources/System/CFiles"),
        .target(name: "CNamespaces", path: "Sources/System/CNamespaces"),
        .target(name: "CProcess", path: "Sources/System/CProcess"),
        .systemLibrary(
            name: "CArchive",
            path: "Sources/System/CArchive",
            pkgConfig: "libarchive",
            providers: [.apt(["libarchive-dev"])],
        ),
        .systemLibrary(
            name: "CExpat",
            path: "Sources/System/CExpat",
            pkgConfig: "expat",
            providers: [.apt(["libexpat1-dev"])],
        ),
        .systemLibrary(
            name: "CLDAP",
            path: "Sources/System/CLDAP",
            pkgConfig: "ldap",
            providers: [.apt(["libldap-dev"])],
        ),
        .systemLibrary(
            name: "CSeccomp",
            path: "Sources/System/CSeccomp",
            pkgConfig: "libseccomp",
            providers: [.apt(["libseccomp-dev"])],
        ),

        // Fixtures and faulty parts; imported by tests only.
        .target(name: "CarrelTestSupport", dependencies: ["CarrelModel", "CarrelSpawn"], swiftSettings: strict),

        // One test target per module, and the built program with real servers and clients.
        .testTarget(
            name: "CarrelModelTests",
            dependencies: ["CarrelModel", "CarrelTestSupport"],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelStoreTests",
            dependencies: ["CarrelModel", "CarrelStore", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelAuthTests",
            dependencies: ["CarrelAuth", "CarrelModel", "CarrelTestSupport"],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelDataTests",
            dependencies: [
                "CarrelData",
                "CarrelModel",
                "CarrelTestSupport",
                "OnedataClient",
                "OpenBISClient",
                "StorageHubClient",
                "WebDAVClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "LDAPClientTests",
            dependencies: ["CLDAP", "CarrelTestSupport", "LDAPClient"],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelProxyTests",
            dependencies: [
                "CarrelProxy",
                "CarrelTestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "OpenBISNotebookTests",
            dependencies: ["OpenBISNotebook"],
            exclude: ["Golden"],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "OpenIDClientTests",
            dependencies: [
                "CarrelTestSupport",
                "OpenIDClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "OnedataClientTests",
            dependencies: [
                "OnedataClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "OpenBISClientTests",
            dependencies: [
                "OpenBISClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "StorageHubClientTests",
            dependencies: [
                "StorageHubClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "WebDAVClientTests",
            dependencies: [
                "CarrelTestSupport",
                "WebDAVClient",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelSpawnTests",
            dependencies: ["CarrelModel", "CarrelSpawn", "CarrelTestSupport"],
            exclude: ["Golden"],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelHubTests",
            dependencies: [
                "CarrelAuth",
                "CarrelData",
                "CarrelHub",
                "CarrelModel",
                "CarrelSpawn",
                "CarrelStore",
                "CarrelTestSupport",
                "OpenBISNotebook",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "CarrelTests",
            dependencies: ["CarrelModel", "carrel", .product(name: "Logging", package: "swift-log")],
            swiftSettings: strict,
        ),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "CarrelData",
                "CarrelHub",
                "CarrelModel",
                "CarrelSpawn",
                "CarrelTestSupport",
                "carrel",
                "carrel-log",
                "spawn-trial",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "Logging", package: "swift-log"),
            ],
            exclude: ["Spawn/answering_hub.py", "Spawn/tiny_server.py"],
            swiftSettings: strict,
        ),
        .executableTarget(
            name: "spawn-trial",
            dependencies: ["CarrelModel", "CarrelSpawn"],
            path: "Tests/SpawnTrial",
            swiftSettings: strict,
        ),
    ],
    swiftLanguageModes: [.v6],
)
