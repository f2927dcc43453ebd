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
