import HTTPTypes
import NIOCore
import Testing

@testable import CarrelData

@Suite struct `Faults as statuses` {
    static let table: [(DataFault, Int)] = [
        (.notFound, 404), (.alreadyThere, 412), (.noParent, 409), (.notAFolder, 409), (.notAFile, 405),
        (.intoItself, 403),
        (.changed, 412), (.rangeOutside(size: 3), 416), (.locked, 423), (.overQuota, 507), (.tooLarge, 413),
        (.unfitName, 422), (.forbidden, 403), (.readOnly, 403), (.notOffered("no"), 403), (.interrupted, 502),
        (.unclear, 502), (.bodyFailed, 400), (.cancelled, 503), (.diskSilent, 503), (.failed("x"), 500),
        (.unusable(.connected), 503),
        (.unusable(.readOnly), 403), (.unusable(.overQuota), 507), (.unusable(.refused), 424),
        (.unusable(.expired), 424),
        (.unusable(.unfit("x")), 424), (.unusable(.missing), 424), (.unusable(.offline), 503), (.unusable(.slow), 503),
        (.unusable(.busy()), 503), (.unusable(.untrusted), 424), (.unusable(.otherService), 424),
    ]

    @Test(arguments: table)
    func `each has one, and none asks for the hub's password`(_ fault: DataFault, _ status: Int) {
        #expect(fault.status.code == status)
        #expect(fault.status.code != 401)
        #expect((fault.retryAfter != nil) == (status == 503))
    }

    @Test func `a folder that is there already is 405`() {
        #expect(GatewayRefusal(DataFault.alreadyThere, isMakingFolder: true).status.code == 405)
    }

    @Test func `are told in words, with what to do`() throws {
        guard case .bytes(let bytes) = GatewayRefusal(DataFault.failed("<a> & b")).answer.body else {
            throw Wire.Failure(reason: "no text")
        }
        let text = String(buffer: bytes)
        #expect(text.contains("<C:code>data.failed</C:code><C:message>&lt;a&gt; &amp; b</C:message>"))
        #expect(text.contains("<C:remedy>Try again.</C:remedy>"))
        #expect(XMLTreeReader.read(bytes)?.name == .dav("error"))
    }
}
