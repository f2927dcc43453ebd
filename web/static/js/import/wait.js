// Follows the work on an import once a second, and shows the page anew when it is over.

import { ask } from "../ask.js";

export function waitForWork(run) {
  const stage = document.querySelector("[data-stage]");
  const bar = document.querySelector("[data-progress]");
  const cancel = document.querySelector("[data-cancel]");
  cancel.addEventListener("click", async () => {
    cancel.disabled = true;
    await ask.post(`/api/imports/${run}/cancel`).catch(() => (cancel.disabled = false));
  });
  const look = async () => {
    try {
      const { work, estimate } = await ask.get(`/api/imports/${run}`);
      if (!work || work.is_over) return location.reload();
      if (estimate && !document.querySelector("[data-estimate]")) return location.reload();
      if (stage.textContent !== work.says) stage.textContent = work.says;
      if (work.total > 0) {
        bar.max = work.total;
        bar.value = work.done;
      } else bar.removeAttribute("value");
    } catch {
      // the server or its database is away: the next look tells
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 400);
}
