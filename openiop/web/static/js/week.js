// The week by keyboard. Tab goes from item to item as on any page; the arrow keys go to the nearest item on
// that side, whether the week is drawn as days, as lines or as columns of one day.
const board = document.querySelector(".week, .week-lines");
const AXES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const middle = (link) => {
  const box = link.closest(".slot").getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
};

const nearest = (from, [x, y]) => {
  const [left, top] = middle(from);
  let best = null;
  let least = Infinity;
  for (const link of board.querySelectorAll(".slot a")) {
    const [across, down] = middle(link);
    const along = (across - left) * x + (down - top) * y;
    const aside = Math.abs((across - left) * y) + Math.abs((down - top) * x);
    const cost = along + aside * 3;
    if (along > 4 && cost < least) [best, least] = [link, cost];
  }
  return best;
};

board?.addEventListener("keydown", (event) => {
  const link = event.target.closest(".slot a");
  const axis = AXES[event.key];
  if (!link || !axis || event.ctrlKey || event.metaKey || event.altKey) return;
  const next = nearest(link, axis);
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
});
