// What a person is told when a passkey does not work; allauth's scripts only announce it.
document.addEventListener("allauth.error", (event) => {
  const problem = document.querySelector("[data-passkey-problem]");
  if (!problem) return;
  event.preventDefault();
  const place = event.detail.exception?.name === "SecurityError" || !window.PublicKeyCredential;
  problem.textContent = place ? problem.dataset.place : problem.dataset.refused;
  problem.hidden = false;
});
