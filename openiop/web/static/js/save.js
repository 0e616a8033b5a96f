// Save as you go. <form data-save="url"> posts itself a moment after a change; the server keeps the draft,
// the browser keeps nothing. <p data-saved role="status"> tells the state in the words it carries:
// data-saving, data-done ("Saved at {time}"), data-failed. Unsaved words are guarded when leaving.
const WAIT = 900;

for (const form of document.querySelectorAll("form[data-save]")) {
  const status = form.querySelector("[data-saved]");
  let timer = 0;
  let dirty = false;
  let sending = false;
  let submitted = false;
  let ending = new AbortController();

  const tell = (state, text) => {
    if (!status) return;
    status.dataset.state = state;
    status.textContent = text;
  };

  const send = async () => {
    if (sending) return plan();
    sending = true;
    dirty = false;
    tell("saving", status?.dataset.saving ?? "");
    try {
      const answer = await fetch(form.dataset.save, {
        method: "POST", body: new FormData(form), headers: { "X-Requested-With": "save" }, redirect: "error",
        signal: ending.signal,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
      tell("done", (status?.dataset.done ?? "{time}").replace("{time}", time));
    } catch {
      if (submitted) return;
      dirty = true;
      tell("failed", status?.dataset.failed ?? "");
    }
    sending = false;
  };

  const plan = () => {
    if (submitted) return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT);
  };

  form.addEventListener("input", plan);
  form.addEventListener("change", plan);
  // The form's own post carries every answer: a draft still on its way must neither hold it up nor arrive after it.
  form.addEventListener("submit", () => { submitted = true; clearTimeout(timer); ending.abort(); });
  window.addEventListener("pageshow", () => { submitted = false; ending = new AbortController(); });
  window.addEventListener("beforeunload", (event) => { if (!submitted && (dirty || sending)) event.preventDefault(); });
}
