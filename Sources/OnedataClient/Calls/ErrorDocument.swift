/// Onedata's errors: an id, and details that depend on it; its description isn't read.
struct ErrorDocument: Decodable {
    let error: Told

    struct Told: Decodable {
        let id: String
        let details: Details?
    }

    /// The details that matter here; those of another kind are no error.
    struct Details: Decodable {
        let errno: String?
        let caveat: String?
        let reason: Reason?

        private enum Member: String, CodingKey {
            case errno, caveat, authError
        }

        private enum CaveatMember: String, CodingKey {
            case type
        }

        init(from decoder: any Decoder) throws {
            let container = try? decoder.container(keyedBy: Member.self)
            errno = try? container?.decodeIfPresent(String.self, forKey: .errno)
            let limit = try? container?.nestedContainer(keyedBy: CaveatMember.self, forKey: .caveat)
            caveat = try? limit?.decodeIfPresent(String.self, forKey: .type)
            reason = try? container?.decodeIfPresent(Reason.self, forKey: .authError)
        }
    }

    /// Why somebody isn't known: an error inside the error.
    struct Reason: Decodable {
        let id: String
        let caveat: String?

        private enum Member: String, CodingKey {
            case id, details
        }

        private enum DetailsMember: String, CodingKey {
            case caveat
        }

        private enum CaveatMember: String, CodingKey {
            case type
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Member.self)
            id = try container.decode(String.self, forKey: .id)
            let details = try? container.nestedContainer(keyedBy: DetailsMember.self, forKey: .details)
            let limit = try? details?.nestedContainer(keyedBy: CaveatMember.self, forKey: .caveat)
            caveat = try? limit?.decodeIfPresent(String.self, forKey: .type)
        }
    }
}

extension ErrorDocument.Told {
    /// What it means for whoever asked.
    func meaning(of service: OnedataService, status: Int) -> OnedataError {
        if let fault = Self.tokenFault(id, caveat: details?.caveat) { return .token(fault) }
        switch id {
        case "posix": return Self.meaning(ofErrno: details?.errno ?? "", service)
        case "unauthorized":
            let reason = details?.reason
            return .token(reason.flatMap { Self.tokenFault($0.id, caveat: $0.caveat) } ?? .refused)
        case "forbidden": return .forbidden
        case "notFound": return .notFound
        case "alreadyExists", "badValueIdentifierOccupied": return .exists
        case "quotaExceeded": return .overQuota
        case "badValueFilePath": return .unfitName
        default: return status == 401 ? .token(.refused) : .refused(service, code: Self.code(id))
        }
    }

    private static func tokenFault(_ id: String, caveat: String?) -> OnedataTokenFault? {
        switch id {
        case "tokenRevoked": .revoked
        case "badToken", "tokenInvalid", "notAnAccessToken", "badIdpAccessToken": .notAToken
        case "tokenCaveatUnverified": caveat == "time" ? .expired : .limited(code(caveat ?? ""))
        default: nil
        }
    }

    private static func meaning(ofErrno errno: String, _ service: OnedataService) -> OnedataError {
        switch errno {
        case "enoent": .notFound
        case "eacces", "eperm": .forbidden
        case "eexist": .exists
        case "enotdir": .notAFolder
        case "eisdir": .isAFolder
        case "enotempty": .notEmpty
        case "enospc", "edquot": .overQuota
        case "erofs": .readOnly
        case "einval", "enametoolong", "eilseq": .unfitName
        case "exdev": .crossesSpaces
        case "eagain", "ebusy", "etimedout", "eio": .unavailable(service, after: nil)
        default: .refused(service, code: code(errno))
        }
    }

    /// An id as Onedata has them; anything else isn't fit for a page and a log.
    private static func code(_ text: String) -> String {
        let isFit =
            (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isFit ? text : "unknown"
    }
}
