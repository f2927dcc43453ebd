// Sends the form of a vacant post to the address of the worker whose code was typed.

for (const form of document.querySelectorAll("[data-assign]")) {
  form.addEventListener("submit", () => {
    form.action = form.dataset.assign.replace("WORKER", encodeURIComponent(form.elements.worker.value.trim()));
  });
}
