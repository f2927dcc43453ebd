// Repairs accepted one by one, by kind, or all.

export function acceptRepairs() {
  const boxes = [...document.querySelectorAll('input[type="checkbox"][name="accept"]')];
  for (const button of document.querySelectorAll("[data-all]"))
    button.addEventListener("click", () => boxes.forEach((box) => (box.checked = button.dataset.all === "yes")));
  for (const button of document.querySelectorAll("button[data-kind]"))
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const same = boxes.filter((box) => box.dataset.kindOf === button.dataset.kind);
      const all = same.every((box) => box.checked);
      for (const box of same) box.checked = !all;
    });
}

// Rules kept under a name put into the form, to be seen before they are used.
export function useKeptRules() {
  const form = document.querySelector("[data-repairs]");
  form?.querySelector("[data-kept-rules]")?.addEventListener("change", (event) => {
    if (!event.target.value) return;
    const kept = JSON.parse(event.target.value);
    for (const rule of ["lead", "overlap", "close_gaps_m", "snap_m"])
      form.elements[`rule.${rule}`].value = kept[rule] ?? "";
    for (const kind of ["overlap", "gap", "tier"]) {
      const answer = form.elements[`answer.${kind}`];
      if (answer) answer.value = kept.answers[kind] ?? "";
    }
  });
}
