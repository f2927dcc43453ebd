// The table of fields: shows the fields of the noun that is chosen, examples of a column, and saved choices.

export function followFields() {
  for (const layer of document.querySelectorAll("[data-layer-fields]")) {
    const noun = layer.querySelector("[data-noun]");
    const show = () => {
      for (const table of layer.querySelectorAll("[data-for]")) table.hidden = table.dataset.for !== noun.value;
      layer.querySelector("[data-tier]").hidden = noun.value !== "grids";
    };
    noun.addEventListener("change", show);
    for (const column of layer.querySelectorAll("[data-column]"))
      column.addEventListener("change", () => showExamples(column));
    layer.querySelector("[data-saved]")?.addEventListener("change", (event) => {
      if (!event.target.value) return;
      const saved = JSON.parse(event.target.value);
      noun.value = saved.noun;
      show();
      layer.querySelector("[data-tier] select").value = saved.tier ?? "";
      for (const column of layer.querySelectorAll(`[data-for="${saved.noun}"] [data-column]`)) {
        column.value = saved.columns[column.dataset.column] ?? "";
        showExamples(column);
      }
    });
  }
}

function showExamples(column) {
  const examples = column.closest("tr").querySelector("[data-examples]:not(option)");
  examples.textContent = column.selectedOptions[0]?.dataset.examples ?? "";
}
