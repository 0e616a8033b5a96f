// Attendance by keyboard. Each line is a row; its state is a group of radio buttons. Without JavaScript the
// same form works with Tab, arrows and Enter; here one key marks a person and goes on to the next.
const form = document.querySelector("form[data-attendance]");
const rows = [...form.querySelectorAll("[data-line]")];
const status = form.querySelector("[data-marked]");
const HERE = new Set(["P", "L", "E"]);

const field = (row, name) => form.elements[`${name}-${row.dataset.line}`];
const marked = (row) => row.querySelector("[data-key]:checked");

const enter = (row) => {
  const radio = marked(row) ?? row.querySelector("[data-key]");
  radio.focus();
  row.scrollIntoView({ block: "nearest" });
};
const step = (row, by) => {
  const next = rows[rows.indexOf(row) + by];
  if (next) enter(next);
  else if (by > 0) form.querySelector("button.primary").focus();
};

// A line that says someone was there needs no reason; one that says they were not needs no times.
const show = (row) => {
  const key = marked(row)?.dataset.key;
  row.querySelector("[data-away]").hidden = !key || HERE.has(key);
  for (const name of ["arrived", "left"]) {
    const input = field(row, name);
    input.hidden = Boolean(key) && !HERE.has(key) && !input.value;
  }
};
const count = () => {
  const done = rows.filter(marked).length;
  status.textContent = status.dataset.words.replace("{marked}", done).replace("{all}", rows.length);
};
const mark = (row, key) => {
  const radio = row.querySelector(`[data-key="${key}"]`);
  radio.checked = true;
  show(row);
  count();
  const next = { L: "arrived", E: "left", X: "reason" }[key];
  if (next) field(row, next).focus();
  else step(row, 1);
};
const allPresent = () => {
  for (const row of rows) {
    if (!marked(row)) row.querySelector('[data-key="P"]').checked = true;
    show(row);
  }
  count();
};

form.addEventListener("keydown", (event) => {
  const row = event.target.closest("[data-line]");
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const key = event.key;
  const inText = event.target.matches('input:not([type="radio"], [type="checkbox"])');
  const inSelect = event.target.matches("select");
  if (!inSelect && (key === "ArrowDown" || key === "ArrowUp")) {
    event.preventDefault();
    step(row, key === "ArrowDown" ? 1 : -1);
  } else if (inSelect && key === "Enter") {
    event.preventDefault();
    step(row, 1);
  } else if (!inText && !inSelect) {
    const letter = key.toUpperCase();
    if (row.querySelector(`[data-key="${CSS.escape(letter)}"]`)) {
      event.preventDefault();
      mark(row, letter);
    } else if (letter === "R") {
      event.preventDefault();
      field(row, "remote").click();
    } else if (letter === "A") {
      event.preventDefault();
      allPresent();
    }
  }
});
form.addEventListener("change", (event) => {
  const row = event.target.closest("[data-line]");
  if (row) show(row);
  count();
});
form.querySelector("[data-all-present]").addEventListener("click", () => {
  allPresent();
  form.querySelector("button.primary").focus();
});

// What was typed is guarded when leaving; a save is not a loss.
// With the connection away the page stays as it is: the sheet is sent in the background first, and only an
// answer of the server leaves it. An answer that is no redirect saved nothing, so the form may go again.
let sent = false;
const wrong = document.querySelector("[data-error-summary]");
const typed = () => new URLSearchParams(new FormData(form)).toString();
const before = wrong || "typed" in form.dataset ? "" : typed();
const button = form.querySelector("button.primary");
const send = async () => {
  let answer;
  button.disabled = true;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
  } catch {
    status.textContent = status.dataset.lost;
    button.disabled = false;
    button.focus();
    return;
  }
  sent = true;
  if (answer.type === "opaqueredirect") location.assign(form.action);
  else HTMLFormElement.prototype.submit.call(form);
};
// The buttons that look for somebody not on the list leave at once: the answer holds everything typed.
form.addEventListener("submit", (event) => {
  if ("finds" in (event.submitter?.dataset ?? {})) {
    sent = true;
    return;
  }
  event.preventDefault();
  send();
});
window.addEventListener("beforeunload", (event) => {
  if (!sent && typed() !== before) event.preventDefault();
});

rows.forEach(show);
count();
const first = rows.find((row) => !marked(row));
if (first && !wrong && location.hash !== "#walk-in") enter(first);
const who = form.elements.who;
who.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  form.querySelector("[data-finds]").click();
});
