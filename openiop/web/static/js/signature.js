// Draw a signature into <canvas data-signature="name of the hidden field">. The field receives the strokes
// as SVG path data ("M12 40L14 38...") in a box of 600 by 180, so the server can check and print it.
const SCALE = { width: 600, height: 180 };

for (const canvas of document.querySelectorAll("canvas[data-signature]")) {
  const field = canvas.closest("form").elements[canvas.dataset.signature];
  const pen = canvas.getContext("2d");
  canvas.width = SCALE.width;
  canvas.height = SCALE.height;
  Object.assign(pen, { lineWidth: 2.5, lineCap: "round", lineJoin: "round", strokeStyle: "#1d1a16" });
  let drawing = false;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      Math.round(((event.clientX - box.left) / box.width) * SCALE.width),
      Math.round(((event.clientY - box.top) / box.height) * SCALE.height),
    ];
  };

  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    const [x, y] = at(event);
    pen.beginPath();
    pen.moveTo(x, y);
    field.value += `M${x} ${y}`;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    const [x, y] = at(event);
    pen.lineTo(x, y);
    pen.stroke();
    field.value += `L${x} ${y}`;
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drawing = false; });

  canvas.parentElement.querySelector("[data-signature-clear]")?.addEventListener("click", () => {
    pen.clearRect(0, 0, SCALE.width, SCALE.height);
    field.value = "";
  });
}
