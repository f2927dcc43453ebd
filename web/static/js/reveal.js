// A household's phone in full, asked for with a reason that the server keeps.

import { ask } from "./ask.js";
import { announce, find, notify } from "./page.js";

const panel = find("#panel");

export function bindReveal() {
  panel.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-reveal]");
    if (!form) return;
    event.preventDefault();
    try {
      const { phone } = await ask.post(form.dataset.reveal, { reason: form.elements.reason.value });
      find("[data-phone]", panel).textContent = phone;
      form.closest("details").remove();
      announce(phone);
    } catch (refusal) {
      notify(refusal.message);
    }
  });
}
