import Glibc

/// What of this host's system a sandbox shows: observed once a start, so that the rest can be a pure function.
struct SystemLayout: Equatable {
    /// A symbolic link in `/`, like `bin` to `usr/bin`.
    struct Link: Equatable {
        var name: String
        var target: String
    }

    /// Links of the root folder that lead into `/usr`.
    var links: [Link]
    /// Real folders in their place, on systems without a merged `/usr`.
    var folders: [String]
    /// What of `/etc` is there, of what programs need and nobody must hide.
    var configuration: [String]
    /// The file behind `/etc/resolv.conf`, with symbolic links resolved.
    var resolver: String?

    /// Looks at this host.
    static func observed() -> SystemLayout {
        var layout = SystemLayout(links: [], folders: [], configuration: [], resolver: resolved("/etc/resolv.conf"))
        for name in ["bin", "sbin", "lib", "lib32", "lib64", "libx32"] {
            var target = [CChar](repeating: 0, count: 256)
            if readlink("/\(name)", &target, target.count - 1) > 0 {
                layout.links.append(Link(name: name, target: String(nulTerminated: target)))
            } else if access("/\(name)", F_OK) == 0 {
                layout.folders.append(name)
            }
        }
        layout.configuration = configurationShown.filter { access("/etc/\($0)", F_OK) == 0 }
        return layout
    }

    private static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Names in `/etc` that hold no secret and without which programs behave differently.
    private static let configurationShown = [
        "ImageMagick-6", "ImageMagick-7", "OpenCL", "R", "alternatives", "bash.bashrc", "ca-certificates",
        "crypto-policies",
        "debian_version", "fonts", "gai.conf", "ghostscript", "gnuplot", "gtk-3.0", "host.conf", "hosts", "inputrc",
        "java",
        "java-11-openjdk", "java-17-openjdk", "java-21-openjdk", "julia", "ld.so.cache", "ld.so.conf", "ld.so.conf.d",
        "locale.alias", "locale.conf", "localtime", "magic", "matplotlibrc", "mime.types", "nanorc", "octave",
        "openmpi",
        "os-release", "perl", "pki", "profile", "profile.d", "protocols", "python3", "python3.11", "python3.12",
        "python3.13", "services", "ssl", "terminfo", "texmf", "timezone", "vim", "xml",
    ]
}
