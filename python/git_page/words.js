// What happened to a sync, in words. Nothing in here looks at a page.

/** Why a sync failed: a title, what it means, and whether to put the folder aside and fetch it anew is a way out. */
export function explain({ code, message }, log, link) {
  const all = `${message ?? ""}\n${log}`;
  const branch = link.branch ? `“${link.branch}”` : "";
  if (/No space left on device|Disk quota exceeded/.test(all)) {
    return {
      title: "Your home is full",
      text: "There is no room left for the new files. Delete something, then try again.",
    };
  }
  if (/Another git operation is currently running/.test(all)) {
    return {
      title: "Another sync is under way",
      text: "One at a time is fetched into a server. Perhaps the same link is open in another tab. Try again in a moment.",
    };
  }
  if (/Recent \.git\/index\.lock found/.test(all)) {
    return {
      title: "Another git program is at work in this folder",
      text: "It began less than ten minutes ago. Try again when it has ended; after ten minutes it isn’t waited for any more.",
    };
  }
  switch (code) {
    case "lost":
      return {
        title: "The connection to your server was lost",
        text: "It may have been stopped, or you were signed out. Try again: the sync goes on from where it was.",
      };
    case "branch_exist":
      return {
        title: `The repository has no branch or tag ${branch}`,
        text: "It may have been renamed. Ask whoever gave you the link for a new one.",
      };
    case "branch_resolve":
      return {
        title: "The repository can’t be read, or has no main branch",
        text: "The link names no branch. Ask whoever gave you the link which one it should be, and whether the repository is still there.",
        isClosed: true,
      };
    case "ls_remote":
      return {
        title: "The repository can’t be read",
        text: "It may not exist any more, its address may be misspelled, its host may be out of reach at the moment, or it is open only to those who sign in.",
        isClosed: true,
      };
    case "sparse":
      return {
        title: `The repository has no folder “${link.sparse}”`,
        text: "It may have been renamed. Ask whoever gave you the link for a new one.",
      };
    case "clone":
      return {
        title: "The repository can’t be copied into your home",
        text: "What git says about it stands below.",
      };
    case "merge":
      return {
        title: "Your changes and what is new can’t be put together",
        text: "Nothing that you wrote is lost. The history of the repository was rewritten, or commits of your own change the same things.",
        canBackUp: true,
      };
  }
  if (/not a git repository|'git', 'diff'|unknown revision|'git', 'ls-files'/.test(all) && link.isThere) {
    return {
      title: `Your folder ${link.targetpath} isn’t a copy of this repository`,
      text: "A folder of that name was there already. Nothing in it was changed.",
      canBackUp: true,
    };
  }
  if (/'git', 'fetch'/.test(all)) {
    return {
      title: "What is new can’t be fetched",
      text: "The host may be out of reach at the moment, or the repository isn’t there any more. Your files are as they were.",
    };
  }
  return {
    title: "The repository can’t be synchronized",
    text: "What git says about it stands below: whoever gave you the link may know what it means.",
    canBackUp: link.isThere,
  };
}

/** What became of files that people had; nothing when none was touched. */
export function told(outcome) {
  const parts = [];
  const add = (names, title, text) => {
    if (names?.length) {
      parts.push({ title, text, names });
    }
  };
  add(outcome.kept, "Kept as yours", "Both you and the repository changed the same lines of these. Yours stayed; the repository’s are in its history.");
  add(
    outcome.renamed?.map(([from, to]) => `${from} → ${to}`),
    "Renamed, to make room",
    "You had made these, and now the repository has files of the same name.",
  );
  add(outcome.restored, "Restored", "You had deleted these; they are the repository’s, so they are back.");
  if (outcome.backup) {
    parts.push({ title: "Put aside", text: "All that you had is in this folder, as it was:", names: [outcome.backup] });
  }
  return parts;
}
