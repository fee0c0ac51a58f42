import CarrelSpawn
import Testing

@Suite struct `A start order` {
    @Test func `is accepted when all of it is plain`() throws {
        try StartOrder.example.check()
    }

    @Test(arguments: [
        "", ".", "..", "a/b", "-x", ".hidden", "a b", "ü", "a\0b", "a\nb", String(repeating: "x", count: 65),
    ])
    func `is refused with an id that is no plain file name`(id: String) {
        expectRefusal { $0.id = id }
    }

    @Test(arguments: ["", "..", "a:b", "root\nx", "a/b", "-x"])
    func `is refused with a name that would mean more in passwd`(name: String) {
        expectRefusal { $0.unixName = name }
    }

    @Test(arguments: ["home", "", "/a/../b", "/a\0b", "/./a"])
    func `is refused with a path that leads elsewhere`(path: String) {
        expectRefusal { $0.home = path }
        expectRefusal { $0.hubDirectory = path }
        expectRefusal { $0.environment = path }
        expectRefusal { $0.command = [path] }
        expectRefusal { $0.folders = [FolderBinding(host: "/a", inside: path, access: .readOnly)] }
    }

    @Test(arguments: [("A=B", "x"), ("", "x"), ("A\0", "x"), ("A", "x\0--bind\0/\0/")])
    func `is refused with variables that would become arguments`(name: String, value: String) {
        expectRefusal { $0.variables = [name: value] }
    }

    @Test(arguments: ["user/a/", "/user/a", "/user/a b/", "/user/a/\r\nX: y/"])
    func `is refused with a prefix that would break a request`(prefix: String) {
        expectRefusal { $0.servicePrefix = prefix }
    }

    @Test func `is refused for root`() {
        expectRefusal { $0.account = Account(uid: 0, gid: 0) }
    }

    @Test func `never shows a variable's value in its error`() {
        var order = StartOrder.example
        order.variables = ["TOKEN": "sesame\0"]
        let error = #expect(throws: SpawnError.self) { try order.check() }
        #expect(error?.message.contains("sesame") == false)
    }

    private func expectRefusal(_ change: (inout StartOrder) -> Void, sourceLocation: SourceLocation = #_sourceLocation)
    {
        var order = StartOrder.example
        change(&order)
        let error = #expect(throws: SpawnError.self, sourceLocation: sourceLocation) { try order.check() }
        #expect(error?.code == "spawn.invalidOrder", sourceLocation: sourceLocation)
    }
}
