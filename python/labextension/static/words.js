// Times and hints in words. Nothing in here looks at a clock or a page.

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** A time to come in units that people reckon in; never more than there is. */
export function span(milliseconds) {
  if (milliseconds >= 2 * DAY) {
    return `${Math.floor(milliseconds / DAY)} days`;
  }
  if (milliseconds >= 2 * HOUR) {
    return `${Math.floor(milliseconds / HOUR)} hours`;
  }
  if (milliseconds >= MINUTE) {
    return `${Math.floor(milliseconds / MINUTE)} min`;
  }
  return `${Math.max(1, Math.floor(milliseconds / SECOND))} s`;
}

/** What happens at the time that a notice is about, and how long that is from now; empty if nothing is counted down to. */
export function countdown(notice, instance, now) {
  const at = Date.parse(notice.at ?? "");
  if (notice.kind === "message" || Number.isNaN(at)) {
    return "";
  }
  const serverEnds = instance?.kind === "ephemeral" ? "Server is removed" : "Server stops";
  const what = notice.kind === "end" ? "Ends" : serverEnds;
  return at > now ? `${what} in ${span(at - now)}` : `${what} now`;
}

/** A time as the person's own clock and calendar have it: “Fri 27 Nov, 15:00”. */
export function moment(text) {
  const how = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false };
  return new Intl.DateTimeFormat("en-GB", how).format(new Date(text));
}

/** The notice whose time comes first. */
export function soonest(notices) {
  const counted = notices.filter((notice) => notice.countdown);
  return counted.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
}

const NOTHING_KEPT = "carrel-nothing-kept";

/** An answer's notices, and the hint that a visitor always sees: nothing is kept. `takeout` is where the download is. */
export function withHints(answer, takeout) {
  if (answer.instance?.kind !== "ephemeral") {
    return answer.notices;
  }
  const hint = {
    id: NOTHING_KEPT,
    kind: "message",
    title: "Nothing is kept here",
    text: "Download what you want to keep before you leave.",
    at: null,
    level: "info",
    dismissible: true,
    links: [{ label: "Download all my work", href: takeout }],
  };
  return [...answer.notices, hint];
}
