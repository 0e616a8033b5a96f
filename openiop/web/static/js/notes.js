// Save a note as it is typed. <form data-note="url"> posts itself a moment after a change and takes the version that
// the answer names. A lost connection, a closed lid or a server that is gone: it goes on trying, and the words stay
// in the page. `tab` tells the server which window speaks, so that an answer that was lost turns nobody against
// their own words. The browser keeps nothing. On a phone one person's line of a group is open, the rest folded.
const WAIT = 700;
const MOST = 15000;

const name = () => [...crypto.getRandomValues(new Uint8Array(12))].map((n) => n.toString(16).padStart(2, "0")).join("");

for (const form of document.querySelectorAll("form[data-note]")) {
  const status = form.querySelector("[data-saved]");
  const { version, tab } = form.elements;
  let timer = 0, dirty = false, sending = false, submitted = false, stale = false, out = false, pause = WAIT;
  tab.value = name();

  const tell = (state, words) => {
    status.dataset.state = state;
    status.textContent = words;
  };

  // Signed out meanwhile (a closed lid): whoever signs in again, in any window, gives this page a new key to save with.
  const renewed = async () => {
    const page = await fetch(location.href, { redirect: "manual" });
    const key = page.ok && (await page.text()).match(/name="csrfmiddlewaretoken" value="([^"]+)"/);
    if (key) form.elements.csrfmiddlewaretoken.value = key[1];
    return Boolean(key);
  };

  const people = [...form.querySelectorAll("details[data-person]")];
  const narrow = matchMedia("(max-width: 51rem)");

  const mark = (missing) => {
    for (const person of people) {
      const count = missing[person.dataset.person] ?? 0;
      const lacks = person.querySelector("[data-missing]");
      person.querySelector("[data-done]").hidden = count > 0;
      lacks.hidden = count === 0;
      lacks.querySelector("[data-count]").textContent = count;
    }
  };

  // Where there is room everybody is open, and their names are no stops on the way from field to field.
  const fold = () => {
    const first = people.find((person) => !person.querySelector("[data-missing]").hidden);
    for (const person of people) {
      person.open = !narrow.matches || person === first;
      person.firstElementChild.tabIndex = narrow.matches ? 0 : -1;
    }
  };

  for (const person of people) {
    person.firstElementChild.addEventListener("click", () => {
      if (!narrow.matches) return;
      for (const other of people) if (other !== person) other.open = false;
      requestAnimationFrame(() => person.scrollIntoView({ block: "start" }));
    });
  }
  narrow.addEventListener("change", fold);
  fold();

  const send = async () => {
    out = false;
    if (sending || submitted || stale) return;
    sending = true;
    dirty = false;
    tell("saving", status.dataset.saving);
    try {
      const answer = await fetch(form.dataset.note, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "save" }, redirect: "manual" });
      out = (answer.type === "opaqueredirect" || answer.status === 403) && !(await renewed());
      if (answer.status === 409) stale = true;
      if (!answer.ok) throw new Error(String(answer.status));
      const stands = await answer.json();
      version.value = stands.version;
      mark(stands.missing || {});
      pause = WAIT;
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
      tell("done", status.dataset.done.replace("{time}", time));
    } catch {
      dirty = true;
      tell("failed", stale ? status.dataset.stale : out ? status.dataset.out : status.dataset.failed);
      pause = Math.min(pause * 2, MOST);
    }
    sending = false;
    if (dirty && !stale) plan(pause);
  };

  const plan = (wait) => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, wait);
  };

  form.addEventListener("input", () => plan(WAIT));
  form.addEventListener("submit", () => { submitted = true; clearTimeout(timer); });
  window.addEventListener("pageshow", () => { submitted = false; });
  window.addEventListener("online", () => { if (dirty) plan(0); });
  document.addEventListener("visibilitychange", () => { if (dirty) plan(0); });
  window.addEventListener("beforeunload", (event) => { if (!submitted && (dirty || sending)) event.preventDefault(); });

  for (const row of form.querySelectorAll("[data-phrases]")) row.hidden = false;
  form.addEventListener("click", (event) => {
    const phrase = event.target.closest("[data-phrase]");
    if (!phrase) return;
    const field = document.getElementById(phrase.dataset.phrase);
    field.setRangeText(phrase.textContent, field.selectionStart, field.selectionEnd, "end");
    field.focus();
    plan(WAIT);
  });
}
