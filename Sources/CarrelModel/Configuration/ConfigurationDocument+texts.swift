extension ConfigurationDocument {
    static let introduction = """
        # Configuration

        Carrel reads one file, `carrel.yaml`. Every key has a default, so the file may be empty or absent; write down only
        what you want to be different. This page is made by `carrel config document` from the code that reads the file.

        ## How the file is read

        It is YAML, read strictly. An unknown key, a wrong type or a bad value is refused, with its place and what was
        expected, and all problems are reported at once:

            carrel.yaml:3:3: proxy.thread: found an unknown key, expected one of listen, tls, …; did you mean “threads”?
            carrel.yaml:4:18: proxy.headerTimeout: found “soon”, expected a duration such as 90s, 15m, 12h or 30d, …

        `carrel config check` says the same without starting anything.

        - A value is read as what its key expects: `name: no` is the text “no”. `true` and `false` are the only words for
          yes and no.
        - A **duration** is a whole number with its unit: `500ms`, `90s`, `15m`, `12h`, `30d`.
        - A **size** is a number with its unit: `20 GB` is 20·10⁹ bytes, `20 GiB` is 20·2³⁰. `20 G` is refused, as people
          read it in both ways.
        - A relative **path** goes from the folder of the file (without a file, from the working directory), unless its key
          says otherwise.
        - To have no limit where a key allows it, write `never`.
        - Anchors, aliases, merge keys, tags and tabs are refused: what a key holds stands beside it.
        - **Secrets** have no place in the file. Passwords and tokens are made by commands and kept in the state directory.

        ## Changing it while Carrel runs

        After `carrel config reload`, or the signal `SIGHUP` to `carrel serve`, the file is read again. If anything is wrong
        with it, Carrel says so and goes on with what it had. Otherwise the new values hold at once; running servers and
        open connections go on. Keys marked **Restart** hold after the next start of `carrel serve`; a reload that changes
        one says so in the log. Coming or going of the whole `proxy.tls` needs a restart too.

        """

    static let example = """
        ## An example

        A hub for a department, reached at port 443 of the machine itself:

        ```yaml
        \(exampleFile)
        ```

        """

    /// A file that a department might have; a test reads it.
    static let exampleFile = """
        hub:
          name: Department of Hydrology
          stateDirectory: /var/lib/carrel

        proxy:
          listen: ["0.0.0.0:443", "[::1]:443"]
          tls:
            certificate: /etc/carrel/fullchain.pem
            key: /etc/carrel/key.pem
            redirectFrom: 0.0.0.0:80

        servers:
          idleLimit: 12h
          maximumAge: 30d
          capacity: 40

        sandbox:
          readOnlyPaths:
            - /data/rivers

        sharedFolders:
          gauges:
            title: Gauges since 1950
            description: Daily means of all gauges, corrected.
            path: /data/gauges

        environments:
          default:
            path: /opt/environments/rivers
            variables:
              OMP_NUM_THREADS: "8"
        """
}
