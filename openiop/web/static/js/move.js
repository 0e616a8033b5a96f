// Dragging a session over the week: each place is checked as the pointer rests on it, and answered in words.
// It only leads to the form that does the same by keyboard (`data-move`); nothing is changed from here.
const board = document.querySelector("[data-moves]");
const tip = document.querySelector(".drag-tip");
const aloud = document.querySelector("[data-aloud]");
const answers = new Map();
const STEP = 15;
const MOST = 5;
let drag = null;
let waits = 0;
let dropped = false;

// A place is what the column or cell says (day, room, lead), with the time where the week has a scale of hours.
const scale = () => {
  const [first, next] = board.querySelectorAll(".hours [data-minute]");
  if (!next?.offsetParent) return null;
  const top = first.getBoundingClientRect().top;
  return { from: Number(first.dataset.minute), hour: next.getBoundingClientRect().top - top, columnTop: top };
};

const placeAt = (x, y) => {
  const column = document.elementFromPoint(x, y)?.closest("[data-place]");
  if (!column || !board.contains(column)) return null;
  const place = new URLSearchParams(column.dataset.place);
  const hours = scale();
  if (hours) {
    const minute = hours.from + ((y - drag.grip - hours.columnTop) / hours.hour) * 60;
    const rounded = Math.min(Math.max(Math.round(minute / STEP) * STEP, 0), 1440 - STEP);
    const [hour, rest] = [Math.floor(rounded / 60), rounded % 60];
    place.set("start", `${String(hour).padStart(2, "0")}:${String(rest).padStart(2, "0")}`);
  }
  return place.toString();
};

const ask = async (url) => {
  const path = url.replace("?", "check/?");
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
};

const say = (answer) => {
  const said = [answer.place, ...answer.refusals, ...answer.warnings].filter(Boolean);
  tip.dataset.tone = answer.legal ? (answer.warnings.length ? "warn" : "ok") : "bad";
  const more = said.length > MOST ? [`… +${said.length - MOST}`] : [];
  tip.textContent = [...said.slice(0, MOST), ...more].join("\n");
  aloud.textContent = said.join(" ");
};

const follow = (x, y) => {
  const room = 24;
  tip.style.left = `${Math.max(8, Math.min(x + room, innerWidth - tip.offsetWidth - 8))}px`;
  tip.style.top = `${Math.max(8, Math.min(y + room, innerHeight - tip.offsetHeight - 8))}px`;
};

const hover = (x, y) => {
  const place = placeAt(x, y);
  if (place !== drag.place) {
    clearTimeout(waits);
    drag.place = place;
    drag.target?.removeAttribute("data-over");
    drag.target = place && document.elementFromPoint(x, y).closest("[data-place]");
    drag.target?.setAttribute("data-over", "");
    tip.textContent = "";
    if (place) look(`${drag.url}?${place}`);
  }
  follow(x, y);
};

const look = (url) => {
  const known = answers.get(url);
  if (known) return say(known);
  tip.dataset.tone = "";
  tip.textContent = tip.dataset.asks;
  waits = setTimeout(async () => {
    try {
      answers.set(url, await ask(url));
    } catch {
      return;
    }
    if (drag && `${drag.url}?${drag.place}` === url) {
      say(answers.get(url));
      follow(drag.x, drag.y);
    }
  }, 120);
};

const end = () => {
  clearTimeout(waits);
  drag?.target?.removeAttribute("data-over");
  drag?.item.removeAttribute("data-dragged");
  drag = null;
};

// A refused place keeps its words until the next press; any other leads to the form with the place filled in.
const drop = () => {
  const url = drag.place && `${drag.url}?${drag.place}`;
  const answer = answers.get(url);
  end();
  if (!url || (answer && !answer.legal)) return;
  location.assign(url);
};

board?.addEventListener("dragstart", (event) => event.preventDefault());

board?.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("[data-move]");
  tip.textContent = "";
  if (!item || event.button !== 0 || event.pointerType === "touch") return;
  const grip = event.clientY - item.getBoundingClientRect().top;
  drag = { item, url: item.dataset.move, grip, x: event.clientX, y: event.clientY, moved: false, place: null };
});

addEventListener("pointermove", (event) => {
  if (!drag) return;
  const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > 6;
  if (!drag.moved && !far) return;
  drag.moved = true;
  drag.item.setAttribute("data-dragged", "");
  [drag.x, drag.y] = [event.clientX, event.clientY];
  hover(drag.x, drag.y);
});

addEventListener("pointerup", () => {
  setTimeout(() => (dropped = false));
  if (!drag) return;
  if (!drag.moved) return end();
  dropped = true;
  drop();
});

// The click that ends a drag, or one that was given up, opens nothing.
addEventListener("click", (event) => dropped && event.preventDefault(), { capture: true });

addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drag) return;
  dropped = drag.moved;
  end();
  tip.textContent = aloud.textContent = "";
});
addEventListener("pointercancel", end);
