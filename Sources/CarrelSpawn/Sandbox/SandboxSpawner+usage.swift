extension SandboxSpawner {
    /// Reads the server's control groups; see ``Spawner``.
    public func usage(id: String) async -> ServerUsage? {
        id.isFileName ? groups.usage(of: id) : nil
    }
}
