// The pages of an import: what each of them needs, by the step it shows.

import { receiveFiles } from "./files.js";
import { followFields } from "./fields.js";
import { showMap } from "./map.js";
import { acceptRepairs, useKeptRules } from "./repairs.js";
import { waitForWork } from "./wait.js";

const main = document.getElementById("content");

/** On a narrow screen the steps scroll sideways: the one that is shown must be in sight. */
function showCurrentStep() {
  const steps = main.querySelector(".steps");
  const current = steps?.querySelector("[aria-current]");
  if (current) steps.scrollLeft = current.offsetLeft - steps.offsetLeft - (steps.clientWidth - current.offsetWidth) / 2;
}

async function start() {
  showCurrentStep();
  if (document.querySelector("[data-drop]")) receiveFiles(main);
  if (document.querySelector("[data-fields]")) followFields();
  if (document.querySelector("[data-repairs]")) acceptRepairs();
  useKeptRules();
  if (main.dataset.waits === "yes") waitForWork(main.dataset.run);
  if (document.querySelector("[data-map]")) await showMap(main.dataset.run, main.dataset.at);
  document.documentElement.dataset.ready = "yes";
}

start();
