// Keeps what is written: in this browser at once, on the server within seconds.
import { forget, recall, remember } from "./memory.js";

const PAUSE_MS = 1000; // after the last key
const LONGEST_MS = 4000; // while keys keep coming
const RETRY_MS = 4000;
const MOST_KEPT_ALIVE = 30_000; // characters: browsers send no more than 64 KiB for a page that is closed
const TAB = String(Math.random());

/**
 * The draft of one workspace: the text of `field`, and on which of the server's revisions it stands.
 *
 * The newest revision wins: code that was written on an older one gives way and is kept as a copy. `tell` shows
 * a short status; `onConflict` is given code that gave way; `onCopy` is called when there is a copy.
 */
export class Draft {
  #url;
  #key;
  #field;
  #revision;
  #keep; // gives way to the text with the next save, and is kept as copies
  #dirty = false;
  #saving = false;
  #timer = 0;
  #since = 0;
  #calls;

  constructor(form, field, calls) {
    this.#url = form.dataset.draft;
    this.#key = `draft ${form.dataset.user} ${this.#url}`;
    this.#field = field;
    this.#calls = calls;
    // Scripts never change these two fields: browsers would bring their old values back after Back.
    this.#revision = Number(form.elements.revision.value);
    this.#keep = form.elements.keep ? [form.elements.keep.value] : [];
  }

  /** Take up what a closed tab left unsaved, then follow the field. `chosen`: the page was asked for other code. */
  async begin(chosen) {
    const early = this.#field.isChanged; // written before this script had come
    // Going back, browsers show the page as it once was.
    if (!early && performance.getEntriesByType("navigation")[0]?.type === "back_forward") await this.#look();
    const left = this.#left();
    if (chosen || early) {
      if (left) this.#keep.push(left.source, ...left.keep);
      this.touch();
    } else if (left && (left.revision === this.#revision || left.source === this.#field.text)) {
      this.#keep.push(...left.keep);
      this.#field.replace(left.source);
      this.touch();
    } else if (left) {
      await this.#handOver(left);
    }
    this.#field.onEdit = () => this.touch();
    for (const name of ["focus", "pageshow", "online"]) addEventListener(name, () => this.#look());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#save(true) : this.#look()));
    addEventListener("pagehide", () => this.#save(true));
  }

  /** Other code takes the place of what the field holds, which is kept as a copy. */
  exchange(text) {
    this.#keep.push(this.#field.text);
    this.#field.replace(text);
    this.touch();
  }

  /** The field's text has changed. */
  touch() {
    if (!this.#dirty) this.#since = Date.now();
    this.#dirty = true;
    this.#store();
    this.#calls.tell("Saving");
    this.#later(Math.max(0, Math.min(PAUSE_MS, this.#since + LONGEST_MS - Date.now())));
  }

  #later(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), wait);
  }

  async #save(closing = false) {
    clearTimeout(this.#timer);
    if (this.#saving || !this.#dirty) return;
    this.#saving = true;
    const sent = { source: this.#field.text, revision: this.#revision, keep: [...this.#keep] };
    const answer = await this.#send(sent, closing && sent.source.length < MOST_KEPT_ALIVE);
    this.#saving = false;
    if (answer?.ok || answer?.status === 409) await this.#heard(sent, await answer.json());
    else this.#refused(answer);
  }

  async #send({ source, revision, keep }, keepalive = false) {
    const body = new FormData();
    body.set("source", source);
    body.set("revision", revision);
    for (const text of keep) body.append("keep", text);
    try {
      return await fetch(this.#url, { method: "POST", body, keepalive, headers: { "Handgrad-Fragment": "1" } });
    } catch {
      return null;
    }
  }

  async #heard(sent, told) {
    this.#keep = this.#keep.slice(sent.keep.length);
    this.#revision = told.revision;
    if (sent.keep.length || told.copied) this.#calls.onCopy();
    const mine = this.#field.text;
    if (told.source !== sent.source) {
      // What was typed while this was on its way gives way as well.
      if (mine !== sent.source) this.#keep.push(mine);
      this.#takeOver(told.source);
      if (told.copied || mine !== sent.source) this.#calls.onConflict(mine);
      if (this.#keep.length) this.touch();
    } else if (mine !== sent.source || this.#keep.length) {
      this.#since = Date.now();
      this.#store();
      this.#later(PAUSE_MS);
    } else {
      this.#clean("Saved");
    }
  }

  #refused(answer) {
    if (!answer || answer.status === 429 || answer.status >= 500) {
      this.#calls.tell("Kept in this browser; saved as soon as the server answers");
      this.#later(1000 * Number(answer?.headers.get("Retry-After") ?? 0) || RETRY_MS);
    } else if (answer.status === 401) {
      this.#calls.tell("You are signed out. Kept in this browser until you sign in again");
    } else if (answer.status === 413) {
      this.#calls.tell("Over 64 KiB, so kept in this browser only");
    } else {
      this.#calls.tell("Kept in this browser only; reload the page to save it");
    }
  }

  /** Code that a closed tab left, written on a revision that is not the newest any more. */
  async #handOver(left) {
    const answer = await this.#send(left);
    if (!answer?.ok && answer?.status !== 409) {
      this.#keep.push(left.source, ...left.keep);
      this.touch();
      return;
    }
    const told = await answer.json();
    forget(this.#key);
    this.#revision = told.revision;
    if (left.keep.length || told.copied) this.#calls.onCopy();
    if (told.source !== this.#field.text && !this.#keep.length) this.#field.replace(told.source);
    if (told.copied) this.#calls.onConflict(left.source);
  }

  /** Has another tab or device gone on with it? */
  async #look() {
    if (this.#dirty) return this.#save();
    const answer = await fetch(this.#url, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || this.#dirty) return;
    const told = await answer.json();
    if (told.revision <= this.#revision) return;
    this.#revision = told.revision;
    this.#keep = [];
    if (told.source !== this.#field.text) this.#takeOver(told.source);
  }

  #takeOver(source) {
    this.#field.replace(source);
    this.#clean("Taken over from another tab or device");
  }

  #clean(status) {
    this.#dirty = false;
    // Another tab of this browser may have left its own text there in the meantime.
    if (this.#left()?.tab === TAB) forget(this.#key);
    this.#calls.tell(status);
  }

  #left() {
    return JSON.parse(recall(this.#key));
  }

  #store() {
    const left = { source: this.#field.text, revision: this.#revision, keep: this.#keep, tab: TAB };
    remember(this.#key, JSON.stringify(left));
  }
}
