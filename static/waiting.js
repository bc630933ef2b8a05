// The waiting page asks by itself; without this file its button does.
const box = document.querySelector("[data-waiting]");
const EVERY = 2000;
const LONG = 10 * 60 * 1000; // from then on, less often
const LATER = 30000;

// What this page shows: a PDF that comes, or one that nobody makes yet.
const shown = (state) => (["queued", "rendering"].includes(state) ? "coming" : state);

// The state; "" when the site does not answer: it may come back. Another page says why in its own words.
async function asked() {
  try {
    const answer = await fetch(box.dataset.waiting, { headers: { Accept: "application/json" }, cache: "no-store" });
    if (answer.status === 429 || answer.status >= 500) return "";
    return answer.ok && !answer.redirected ? (await answer.json()).state : "elsewhere";
  } catch {
    return "";
  }
}

// Cut short when the network is back.
function pause(time) {
  return new Promise((done) => {
    const timer = setTimeout(done, time);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
}

async function watch() {
  const since = Date.now();
  const lost = box.querySelector("[data-lost]");
  for (;;) {
    await pause(Date.now() - since < LONG ? EVERY : LATER);
    const state = await asked();
    const said = state ? "" : lost.dataset.lost;
    if (lost.textContent !== said) lost.textContent = said; // read aloud once
    if (state && shown(state) !== shown(box.dataset.state)) return location.replace(box.dataset.waiting);
  }
}

if (box) watch();
