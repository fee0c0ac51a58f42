// What the server's side answers (carrel_openbis; the addresses are those of jupyter-openbis-server).

/** An answer that isn't what was asked for, in words. */
export class Refusal extends Error {
  constructor(status, answer) {
    super(answer?.reason ?? (answer?.errors ? "openBIS refused it." : `Jupyter’s server answered with an error (${status}).`));
    this.status = status;
    this.errors = answer?.errors ?? [];
    // openBIS was asked to register something, and didn't say whether it did.
    this.isUnsure = answer?.unsure === true;
  }
}

export class Client {
  #base;
  #join;
  #connection;
  #settings;
  #types = new Map();

  constructor(base, join, connection, settings) {
    this.#base = base;
    this.#join = join;
    this.#connection = connection;
    this.#settings = settings;
  }

  connections() {
    return this.#ask("GET", "conns");
  }

  add(about) {
    return this.#ask("POST", "conns", about);
  }

  /** Signs in, or does the `action`: `logout`, `renew`. */
  async change(name, wanted) {
    return (await this.#ask("PUT", `conn/${encodeURIComponent(name)}`, wanted)).connection;
  }

  remove(name) {
    return this.#ask("DELETE", `conn/${encodeURIComponent(name)}`);
  }

  /** A page of the datasets of an Object or a Collection. */
  datasets(name, entity, start, count) {
    return this.#ask("GET", `sample/${encodeURIComponent(name)}/${encodeURIComponent(entity)}?start_with=${start}&count=${count}`);
  }

  download(name, permId, folder, onProgress) {
    const path = `dataset/${encodeURIComponent(name)}/${encodeURIComponent(permId)}/${encodeURIComponent(folder)}`;
    return this.#work("GET", path, undefined, onProgress);
  }

  /** The types of datasets with their properties, asked for once for each connection and user. */
  types(connection) {
    const key = `${connection.name} ${connection.username}`;
    if (!this.#types.has(key)) {
      const asking = this.#work("GET", `datasetTypes/${encodeURIComponent(connection.name)}`).then((answer) => answer.dataSetTypes);
      asking.catch(() => this.#types.delete(key));
      this.#types.set(key, asking);
    }
    return this.#types.get(key);
  }

  upload(name, dataset) {
    return this.#work("POST", `dataset/${encodeURIComponent(name)}`, dataset);
  }

  /** A page of the notebook as anybody can read it. */
  async page(path) {
    const url = this.#join(this.#base, "nbconvert/html", ...path.split("/").map(encodeURIComponent));
    const response = await this.#request(`${url}?download=false`, { method: "GET" });
    if (!response.ok) {
      throw new Refusal(response.status, { reason: `The HTML page could not be made (${response.status}).` });
    }
    return response.text();
  }

  async #request(url, how) {
    try {
      return await this.#connection.makeRequest(url, { cache: "no-store", ...how }, this.#settings);
    } catch {
      throw new Refusal(0, { reason: "Jupyter’s server can’t be reached. Is it still running?" });
    }
  }

  #url(path) {
    return this.#join(this.#base, "openbis", path);
  }

  async #ask(method, path, body) {
    const response = await this.#request(this.#url(path), { method, body: body && JSON.stringify(body) });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) {
      throw new Refusal(response.status, answer);
    }
    return answer;
  }

  /** What takes long: the answer comes line by line, the last one is what was asked for. */
  async #work(method, path, body, onProgress = () => {}) {
    const how = { method, body: body && JSON.stringify(body), headers: { Accept: "application/x-ndjson" } };
    const response = await this.#request(this.#url(path), how);
    if (!response.ok) {
      throw new Refusal(response.status, await response.json().catch(() => ({})));
    }
    for await (const line of lines(response.body)) {
      if (line.status === 200) {
        return line.answer;
      }
      if (line.status) {
        throw new Refusal(line.status, line.answer);
      }
      onProgress(line);
    }
    throw new Refusal(0, { reason: "Jupyter’s server stopped answering before it was done." });
  }
}

/** The objects of an answer that has one on each line. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ?? "")).split("\n");
    rest = parts.pop();
    yield* parts.filter(Boolean).map((part) => JSON.parse(part));
    if (done) {
      return;
    }
  }
}
