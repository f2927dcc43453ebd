// Ticks all boxes of a list at once.

for (const all of document.querySelectorAll("[data-tick-all]")) {
  const boxes = [...all.closest("form").querySelectorAll('tbody input[type="checkbox"]')];
  const follow = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
  };
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  for (const box of boxes) box.addEventListener("change", follow);
  follow();
}
