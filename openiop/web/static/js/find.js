// "Use my location": the browser asks the person; the point goes by POST, rounded to about half a mile, and is kept nowhere.
const button = document.querySelector("[data-locate]");
const here = button && document.getElementById(button.dataset.locate);
if (here && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      for (const [name, value] of new FormData(document.getElementById("find"))) {
        if (name === "where" || value === "") continue;
        here.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      here.elements.lat.value = coords.latitude.toFixed(2);
      here.elements.lon.value = coords.longitude.toFixed(2);
      here.submit();
    }, () => {
      button.disabled = false;
      document.getElementById("id_where").focus();
    });
  });
}
