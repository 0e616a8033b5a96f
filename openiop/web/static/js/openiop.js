// What every page gains from JavaScript; none of it is needed to use the page.
const root = document.documentElement;

// Theme and density: the form posts and works alone; here it changes at once and keeps the cookie.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!event.target.matches("[data-display]") || !button) return;
  event.preventDefault();
  const { name, value } = button;
  if (value) root.dataset[name] = value;
  else if (name === "theme") delete root.dataset.theme;
  document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
  for (const other of event.target.elements)
    if (other.name === name) other.setAttribute("aria-pressed", String(other === button));
});

// Dialogs: a button with data-opens="id" opens; without JavaScript its link or form does the same.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  const dismiss = event.target.closest("[data-dismisses]");
  if (dismiss) dismiss.closest(dismiss.dataset.dismisses)?.remove();
  if (event.target.closest("[data-print]")) window.print();
});

// The buttons that need JavaScript appear only where it runs.
for (const element of document.querySelectorAll("[data-js-only]")) element.hidden = false;

// "/" goes to the search field, unless the person is typing.
document.addEventListener("keydown", (event) => {
  const field = document.querySelector("[data-find]");
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if (event.key === "/" && field && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    field.focus();
    field.select?.();
  }
});

// Leave at once: the button, or Escape three times within two seconds. This page leaves the history.
const exit = document.querySelector("[data-quick-exit]");
if (exit) {
  const leave = () => {
    document.body.hidden = true;
    location.replace(exit.href);
  };
  let presses = [];
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    presses = [...presses.filter((time) => event.timeStamp - time < 2000), event.timeStamp];
    if (presses.length >= 3) leave();
  });
}

// A summary of errors takes the focus, so that it is read first.
document.querySelector("[data-error-summary]")?.focus();

// One submit is one submit: a second click while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.target.dataset.sent) event.preventDefault();
  else {
    event.target.dataset.sent = "yes";
    setTimeout(() => delete event.target.dataset.sent, 4000);
  }
});
