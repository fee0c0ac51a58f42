/// The `Content-Disposition` field of a download; RFC 6266, with the file's name as RFC 8187 has it.
enum ContentDisposition {
    /// A download under this name: once in ASCII for old programs, once as it is.
    static func attachment(_ name: String) -> String {
        let plain = name.unicodeScalars.map { scalar in
            scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F && scalar != "\"" && scalar != "\\"
                && scalar != "%" ? Character(scalar) : "_"
        }
        return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(encoded(name))"
    }

    /// RFC 8187 §3.2.1: all but `attr-char` in percents.
    private static func encoded(_ name: String) -> String {
        name.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                switch scalar {
                case "a"..."z", "A"..."Z", "0"..."9": true
                case "!", "#", "$", "&", "+", "-", ".", "^", "_", "`", "|", "~": true
                default: false
                }
            if isPlain { return String(scalar) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
