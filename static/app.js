// Enhancements only: every page works without this file. No dependency, no inline script.
// Markup and behaviour follow GOV.UK Frontend (MIT, theme/LICENSE-govuk-frontend.txt).

const FAR_TOO_LONG = 40000; // characters, each up to six bytes of a form; see LARGEST_BODY in selfassess/web
const each = (selector, act, root = document) => root.querySelectorAll(selector).forEach(act);

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// Error summary: takes focus on load; a link also brings the legend or label into view.
function errorSummary(summary) {
  summary.setAttribute("tabindex", "-1");
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const closed = field.closest("details:not([open])");
    if (closed) closed.open = true;
    const heading = field.closest("fieldset")?.querySelector("legend") ?? field.labels?.[0];
    (heading ?? field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

// A second click within a second is not a second submission.
function preventDoubleClick(button) {
  let last = -1000;
  button.addEventListener("click", (event) => {
    if (event.timeStamp - last < 1000) event.preventDefault();
    else last = event.timeStamp;
  });
}

// How long a text is once kept, counted as the site does (selfassess/core/answers/typed.py): what joins letters or the parts
// of an emoji counts, what is not seen does not.
function lengthOf(field) {
  const kept = field.value.normalize("NFC").replace(/\r\n|[\r\v\f\x07\x0e\x1c-\x1e\x85\u2028\u2029]/g, "\n")
    .replace(/([\u0590-\u1fff\u2100-\uffff\u{10000}-\u{e0fff}])[\u200c\u200d](?=[^\s\0-\u058f])/gu, "$1-")
    .replace(/(\u{1f3f4})([\u{e0020}-\u{e007f}]+)/gu, (all, flag, letters) => flag + "-".repeat([...letters].length))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, (one) => (one === "\n" || one === "\t" ? one : "")).trim();
  return [...(field.tagName === "INPUT" ? kept.replace(/\s+/g, " ") : kept)].length;
}

// Characters left, or too many: shown at once, announced once typing pauses. Nothing typed or pasted is ever cut.
function characterCount(group) {
  const field = group.querySelector(".govuk-js-character-count");
  const message = group.querySelector(".govuk-character-count__message");
  const limit = Number(group.dataset.maxlength);
  if (!field || !message || !limit) return;
  const spoken = make("span", { class: "govuk-visually-hidden", "aria-live": "polite" });
  message.after(spoken);
  let timer;
  const text = () => {
    const left = limit - lengthOf(field);
    const unit = Math.abs(left) > 1 ? "caractères" : "caractère";
    return left < 0 ? `${(-left).toLocaleString("fr-FR")} ${unit} de trop.` : `Il reste ${left.toLocaleString("fr-FR")} ${unit}.`;
  };
  message.textContent = text();
  field.addEventListener("input", () => {
    message.textContent = text();
    clearTimeout(timer);
    timer = setTimeout(() => { spoken.textContent = text(); }, 1000);
  });
  // So long that the site would not read it at all: it stays here.
  field.form?.addEventListener("submit", (event) => {
    if (field.value.length < FAR_TOO_LONG) return;
    event.preventDefault();
    const closed = field.closest("details:not([open])");
    if (closed) closed.open = true;
    field.focus();
  });
}

// « Aucun » and « Je ne sais pas » clear the other boxes, and the other way round.
function exclusiveChoices(group) {
  group.addEventListener("change", ({ target }) => {
    if (!target.checked) return;
    const alone = target.dataset.behaviour === "exclusive";
    each("input[type=checkbox]", (box) => {
      if (box !== target && (alone || box.dataset.behaviour === "exclusive")) box.checked = false;
    }, group);
  });
}

// Boxes that one ticks, then ranks: a rank comes with each tick, and two never share one.
function ranking(group) {
  const most = Number(group.dataset.most);
  const rows = [...group.querySelectorAll(".app-ranked")].map((row) => [row.querySelector("input"), row.querySelector("select")]);
  const ticked = () => rows.filter(([box]) => box.checked).map(([, place]) => place);

  const note = () => { for (const [, place] of rows) place.dataset.before = place.value; };
  note();
  group.addEventListener("change", ({ target }) => {
    if (target.matches("select")) {
      const other = ticked().find((place) => place !== target && place.value === target.value);
      if (other && target.value) other.value = target.dataset.before;
    } else {
      for (const [box, place] of rows) if (!box.checked) place.value = "";
      const order = ticked().sort((one, next) => (one.value || most + 1) - (next.value || most + 1));
      order.forEach((place, at) => { place.value = at < most ? String(at + 1) : ""; });
    }
    note();
  });
}

// Territory: official names are offered while typing; « Rechercher » does the same without this.
function territory(group) {
  const { name, url, longest } = group.dataset;
  const input = group.querySelector("input[type=search]");
  const list = group.querySelector(".app-results");
  const status = group.querySelector(".app-status");
  if (!input || !list || !status) return;
  let timer, request, serial = 0; // serial: a row kept from an earlier list never shares an id

  function option({ code, label, hint }) {
    const id = `${name}-suggestion-${(serial += 1)}`;
    const radio = make("input", { class: "govuk-radios__input", id, name, type: "radio", value: code });
    const item = make("div", { class: "govuk-radios__item" }, radio,
      make("label", { class: "govuk-label govuk-radios__label", for: id }, label));
    if (hint) {
      radio.setAttribute("aria-describedby", `${id}-hint`);
      item.append(make("div", { id: `${id}-hint`, class: "govuk-hint govuk-radios__hint" }, hint));
    }
    return item;
  }

  function show(found) {
    const kept = list.querySelector("input:checked");
    const others = found.filter(({ code }) => code !== kept?.value);
    list.replaceChildren(...(kept ? [kept.closest(".govuk-radios__item")] : []),
      ...others.map(option));
    const count = found.length;
    carry(count ? "" : input.value.trim());
    if (!count) status.textContent = "Aucun territoire trouvé. Essayez un autre nom, ou décrivez votre territoire plus bas\u00a0: ce nom y est repris.";
    else status.textContent = count > 1 ? `${count} territoires proposés. Choisissez le vôtre.` : "1 territoire proposé. Choisissez-le s’il convient.";
  }

  // What was typed follows into the description by hand, unless something else is written there.
  const free = group.querySelector("input[type=radio][value=free]");
  const byHand = group.querySelector("input[name$='-free-name']");
  let carried = "";
  function carry(typed) {
    if (!byHand || byHand.value !== carried) return;
    byHand.value = carried = typed;
    byHand.dispatchEvent(new Event("input"));
  }
  free?.addEventListener("change", () => carry(input.value.trim()));

  async function suggest() {
    request?.abort();
    const query = input.value.trim();
    if (query.length < 2) return;
    if (query.length > Number(longest)) {
      status.textContent = `Ce nom est trop long\u00a0: ${longest} caractères au plus.`;
      return;
    }
    request = new AbortController();
    try {
      const answer = await fetch(`${url}?q=${encodeURIComponent(query)}`, { signal: request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.status);
      show(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = "La liste ne répond pas. Utilisez le bouton «\u00a0Rechercher\u00a0».";
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, 250);
  });

  // Enter elsewhere in the form means « Continuer », not « Rechercher ».
  group.closest("form")?.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (key !== "Enter" || event.isComposing || target === input || target.tagName !== "INPUT") return;
    const main = target.form.querySelector("button[type=submit]:not([value=search])");
    if (!main) return;
    event.preventDefault();
    target.form.requestSubmit(main);
  });
}

// A private link is copied at one press; it stays in its field for whoever copies by hand.
function copyLink(field) {
  const what = field.dataset.copies ?? "lien";
  const button = make("button", { type: "button", class: "govuk-button govuk-button--secondary govuk-!-margin-bottom-0" }, `Copier le ${what}`);
  const said = make("span", { class: "app-copied", role: "status" });
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // no clipboard outside https
    }
    said.textContent = `Le ${what} est copié.`;
  });
  field.closest(".govuk-form-group").after(make("p", { class: "govuk-body" }, button, said));
}

// What is ticked and not saved is kept as the draft of its page, when the page is hidden or left: never an answer.
function pageDraft(form) {
  const said = form.querySelector("[data-kept]");
  const written = () => new URLSearchParams(new FormData(form)).toString();
  let kept = "unsaved" in form.dataset ? "" : written();
  let sent = false;
  document.addEventListener("submit", (event) => { sent = event.target === form && !event.defaultPrevented; });
  addEventListener("pageshow", () => { sent = false; });

  async function keep() {
    const fields = written();
    if (sent || fields === kept) return;
    kept = fields;
    try {
      const body = new URLSearchParams(`${fields}&action=draft`);
      const answer = await fetch(location.href, { method: "POST", body, keepalive: true, redirect: "manual" });
      if (answer.status !== 204) throw new Error(answer.status);
      said.textContent = said.dataset.kept;
    } catch {
      kept = "";
      said.textContent = said.dataset.lost;
    }
  }

  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(); });
  addEventListener("pagehide", keep);
}

// A link to what is folded unfolds it; browsers are learning to.
function unfold() {
  const aimed = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!aimed) return;
  let closed = aimed.closest("details:not([open])");
  while (closed) {
    closed.open = true;
    closed = closed.parentElement.closest("details:not([open])");
  }
  aimed.scrollIntoView();
}

addEventListener("hashchange", unfold);
unfold();
each(".govuk-error-summary", errorSummary);
each(".app-copy", copyLink);
each("[data-prevent-double-click]", preventDoubleClick);
each("[data-module=govuk-character-count]", characterCount);
each("[data-module=govuk-checkboxes]", exclusiveChoices);
each("[data-module=app-ranking]", ranking);
each("[data-module=app-territory]", territory);
each("[data-module=app-draft]", pageDraft);
