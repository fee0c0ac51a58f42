// The open notebook: what it says of openBIS, and what is noted in it.

import { facts, titleOf } from "./words.js";

// Names of files that are noted of a dataset: a notebook with twenty thousand would be slow to save.
const NOTED_FILES = 1000;

export class Notebook {
  #panel;

  constructor(panel) {
    this.#panel = panel;
  }

  get path() {
    return this.#panel.context.path;
  }

  get title() {
    return titleOf(this.path);
  }

  /** The folder it is in; empty for the topmost. */
  get folder() {
    return this.path.split("/").slice(0, -1).join("/");
  }

  get facts() {
    const { cells, metadata } = this.#panel.context.model.toJSON();
    return facts(cells, metadata);
  }

  /** Notes a dataset that was downloaded: the whole answer, as the buttons for classic notebooks did, but for very many files. */
  noteDownload(answer) {
    const files = answer.files ?? [];
    const noted = files.length > NOTED_FILES ? { ...answer, files: files.slice(0, NOTED_FILES), filesInAll: files.length } : answer;
    this.#set("datasets", { ...this.#get("datasets"), [answer.permId]: noted });
  }

  /** Notes what was registered, so that the next time all of it is filled in; `type` may be empty. */
  noteUpload(permId, owner, type) {
    const before = this.#get("openbis") ?? {};
    this.#set("openbis", { ...before, permIds: [...(before.permIds ?? []), permId], owner, ...(type ? { type } : {}) });
  }

  /** Saves it; fails in words if JupyterLab couldn't. */
  async save() {
    const { context } = this.#panel;
    if (context.model.readOnly) {
      return;
    }
    await context.save();
    if (context.model.dirty) {
      throw new Error("The notebook could not be saved, so nothing was uploaded.");
    }
  }

  #get(key) {
    return this.#panel.context.model.getMetadata(key);
  }

  #set(key, value) {
    this.#panel.context.model.setMetadata(key, value);
  }
}
