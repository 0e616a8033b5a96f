// "Use my location": the browser asks the person; the point goes by POST, rounded to about half a mile, and is kept nowhere.
const button = document.querySelector("[data-locate]");
const form = button && document.getElementById(button.dataset.locate);
if (form && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    button.disabled = true;
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      form.elements.where.value = "";
      form.elements.lat.value = coords.latitude.toFixed(2);
      form.elements.lon.value = coords.longitude.toFixed(2);
      form.submit();
    }, () => {
      button.disabled = false;
      form.elements.where.focus();
    });
  });
}
