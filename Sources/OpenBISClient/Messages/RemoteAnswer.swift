/// What openBIS answered to a call: always with status 200, a result or an error (reference 4.2).
struct RemoteAnswer: Sendable {
    /// Who answered.
    let host: String
    let result: JSONValue

    /// Takes the body of an answer.
    ///
    /// - Throws: what the server refused, or what is wrong with the answer.
    init(_ body: [UInt8], from host: String, to call: RemoteCall) throws(OpenBISError) {
        self.host = host
        let document: JSONDocument
        do throws(JSONParser.Fault) {
            document = try JSONParser.parse(body)
        } catch {
            let isPage = body.first { ![0x20, 0x0a, 0x0d, 0x09].contains($0) } == UInt8(ascii: "<")
            throw .nonsense(host, error == .tooLarge ? .tooLarge : isPage ? .page : .notJSON)
        }
        guard let members = try? document.top.asMembers() else { throw .nonsense(host, .notJSON) }
        if let error = document.top.member("error") {
            guard let refusal = try? Refusal(error) else { throw .nonsense(host, .notJSON) }
            throw refusal.meaning(of: call)
        }
        guard let result = members.first(where: { $0.name == "result" }) else { throw .nonsense(host, .notJSON) }
        self.result = result.value
    }

    /// What the result says.
    func read<Value>(_ reading: (JSONValue) throws(Misfit) -> Value) throws(OpenBISError) -> Value {
        do throws(Misfit) {
            return try reading(result)
        } catch {
            throw .nonsense(host, .member(error.member))
        }
    }
}
