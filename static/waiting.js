// The waiting page asks by itself; without this file its button does.
const box = document.querySelector("[data-waiting]");
const EVERY = 2000;
const LONGEST = 10 * 60 * 1000;

async function ask(since) {
  let state = box.dataset.state;
  try {
    const answer = await fetch(box.dataset.waiting, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (!answer.ok) return;
    ({ state } = await answer.json());
  } catch {
    // The network may come back.
  }
  if (state === "ready" || state === "failed" || (state === "absent") !== (box.dataset.state === "absent")) {
    location.replace(box.dataset.waiting);
  } else if (Date.now() - since < LONGEST) {
    setTimeout(ask, EVERY, since);
  }
}

if (box) setTimeout(ask, EVERY, Date.now());
