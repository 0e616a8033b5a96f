// Questions that another answer calls for appear when it is given. Without this script they are all there, each
// with the words "Asked if". A question that has an answer never disappears: an answer counts.
const form = document.querySelector("[data-assessment]");

const answer = (key) => {
  const field = form.elements.namedItem(key);
  return field ? field.value : "";
};

const show = () => {
  for (const block of form.querySelectorAll("[data-asked-when]")) {
    const calls = JSON.parse(block.dataset.askedWhen);
    const own = block.querySelector("input[name]")?.name;
    block.hidden = !calls.some(([key, answers]) => answers.includes(answer(key))) && answer(own) === "" &&
      !block.classList.contains("has-error");
  }
};

// A button pressed while an answer is still on its way waits for it: two savings of one page must not meet and
// be taken for those of two people. From then on the page saves itself no more.
const holdWhileSaving = () => {
  let saving = false;
  let pressed = null;
  let leaving = false;
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (leaving) event.preventDefault();
    else saving = true;
  });
  form.addEventListener("htmx:afterRequest", () => {
    saving = false;
    if (pressed) form.requestSubmit(pressed);
  });
  form.addEventListener("submit", (event) => {
    leaving = true;
    if (!saving) return;
    event.preventDefault();
    pressed = event.submitter;
  });
  window.addEventListener("pageshow", () => { leaving = false; pressed = null; });
};

if (form) {
  for (const words of form.querySelectorAll("[data-no-js-only]")) words.hidden = true;
  form.addEventListener("change", show);
  holdWhileSaving();
  show();
}
