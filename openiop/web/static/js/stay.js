// One minute before the session ends the page asks whether somebody is still there. The server counts:
// other tabs are signs of life too. When time is up, a form that was being filled in is sent on; the
// server keeps its words for the same person and does nothing with them.
const dialog = document.getElementById("stay");
const WARN = 60;
let timer = 0;
let edited = null;

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.method === "post" && !dialog.contains(form)) edited = form;
});
document.addEventListener("submit", () => { edited = null; });

const ask = async (url, method, body) => {
  const answer = await fetch(url, { method, body, redirect: "error", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).seconds;
};

const leave = () => {
  const form = edited;
  edited = null;
  if (form?.isConnected && !form.querySelector("input[type=file]")) HTMLFormElement.prototype.submit.call(form);
  else location.replace(location.pathname);
};

const look = async () => {
  clearTimeout(timer);
  let seconds;
  try {
    seconds = await ask(dialog.dataset.left, "GET");
  } catch {
    // No answer: the network is away. Look again later.
    timer = setTimeout(look, WARN * 1000);
    return;
  }
  if (seconds <= 0) leave();
  else if (seconds > WARN) {
    if (dialog.open) dialog.close();
    timer = setTimeout(look, (seconds - WARN + 1) * 1000);
  } else {
    dialog.querySelector("[data-seconds]").textContent = seconds;
    if (!dialog.open) dialog.showModal();
    timer = setTimeout(look, Math.min(seconds, 5) * 1000);
  }
};

dialog.querySelector("[data-stays]").addEventListener("click", async () => {
  try {
    await ask(dialog.dataset.stay, "POST", new FormData(dialog.querySelector("form")));
  } finally {
    dialog.close();
    look();
  }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
timer = setTimeout(look, Math.max(0, dialog.dataset.seconds - WARN + 1) * 1000);
