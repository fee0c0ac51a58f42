/// The passwords that guessing programs try first, as far as they are long enough to pass the rule.
///
/// A short list on purpose: sign-in attempts are throttled, so only the first few hundred guesses count.
enum CommonPasswords {
    /// Whether a password is common by itself, or is a common word with digits or signs at its end.
    ///
    /// - Parameter folded: lower case, as ``PasswordRule/folded(_:)`` makes it.
    /// - Returns: true for what every guessing program tries.
    static func contains(_ folded: String) -> Bool {
        if entire.contains(folded) { return true }
        let stem = String(folded.reversed().drop { !$0.isLetter }.reversed())
        return stems.contains(stem) || stems.contains(plain(stem))
    }

    /// Undoes the usual replacements: `p4$$w0rd` is `password`.
    private static func plain(_ word: String) -> String {
        let letters: [Character: Character] = [
            "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i",
        ]
        return String(word.map { letters[$0] ?? $0 })
    }

    private static let entire: Set<String> = [
        "0123456789", "1234567890", "12345678910", "0987654321", "1029384756", "1q2w3e4r5t", "1q2w3e4r5t6y",
        "1qaz2wsx3edc", "qazwsxedcrfv", "zaq12wsxcde3", "q1w2e3r4t5", "123qweasdzxc", "qwe123asd456", "abcd1234abcd",
        "correcthorsebatterystaple", "correct horse battery staple", "thequickbrownfox", "letmeinletmein",
        "passwordpassword", "trustno1trustno1", "3141592653", "31415926535", "2718281828", "1123581321",
    ]

    private static let stems: Set<String> = [
        "password", "passwort", "passw", "passphrase", "mypassword", "yourpassword", "thepassword", "newpassword",
        "lösenord", "losenord", "motdepasse", "contraseña", "contrasena", "wachtwoord", "salasana", "parola", "heslo",
        "qwerty", "qwertyui", "qwertyuiop", "qwertz", "qwertzuiop", "azerty", "azertyuiop", "asdfgh", "asdfghjkl",
        "zxcvbnm", "qazwsx", "qazwsxedc", "letmein", "letmeinplease", "welcome", "welcomehome", "changeme",
        "changemenow", "pleasechangeme", "administrator", "admin", "superuser", "supersecret", "topsecret", "secret",
        "default", "iloveyou", "iloveyouso", "ihateyou", "sunshine", "princess", "football", "baseball", "basketball",
        "liverpool", "superman", "batman", "spiderman", "starwars", "pokemon", "dragon", "monkey", "shadow", "master",
        "michael", "jennifer", "jessica", "charlie", "whatever", "trustno", "test", "testtest", "testing",
        "testpassword", "abc", "abcd", "abcdef", "computer", "internet", "samsung", "google", "hello", "helloworld",
        "hellohello", "summer", "winter", "spring", "autumn", "january", "february", "september", "october", "november",
        "december", "jupyter", "jupyterhub", "jupyterlab", "notebook", "carrel", "carbonportal", "science", "python",
    ]
}
