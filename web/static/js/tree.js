// The tree of grids: each branch is fetched when it is first opened; arrows, Enter and pointer walk it.

import { element, find, findAll, notify, say } from "./page.js";

const root = find("[data-tree]");

export function bindTree(choice) {
  root.addEventListener("click", (event) => {
    const node = event.target.closest(".node");
    if (!node) return;
    focusNode(node);
    if (event.target.closest(".node-twist")) toggle(node);
    else choice.grid(node.dataset.code);
  });
  root.addEventListener("keydown", (event) => {
    const node = event.target.closest(".node");
    const act = node && KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act(node, choice);
  });
}

// Fills the first branch, and opens the way down to the chosen grid.
export async function showInTree(crumbs) {
  if (!root.childElementCount && !(await fill(root, ""))) return;
  const first = find(".node", root);
  if (first && !find('.node[tabindex="0"]', root)) first.tabIndex = 0;
  let branch = root;
  for (const [i, { code }] of crumbs.entries()) {
    const node = findAll(":scope > .node", branch).find((one) => one.dataset.code === code);
    if (!node) return;
    if (i < crumbs.length - 1) await open(node);
    else mark(node);
    branch = find(".branch", node);
    if (!branch) return;
  }
  if (!crumbs.length) mark(null);
}

// Forgets every branch, as the data has changed.
export function forgetTree() {
  root.replaceChildren();
}

const KEYS = {
  ArrowDown: (node) => step(node, 1),
  ArrowUp: (node) => step(node, -1),
  ArrowRight: (node) => (node.getAttribute("aria-expanded") === "false" ? open(node) : step(node, 1)),
  ArrowLeft: (node) => (node.getAttribute("aria-expanded") === "true" ? shut(node) : focusNode(node.parentElement.closest(".node"))),
  Home: () => focusNode(visible()[0]),
  End: () => focusNode(visible().at(-1)),
  Enter: (node, choice) => choice.grid(node.dataset.code),
  " ": (node, choice) => choice.grid(node.dataset.code),
};

async function fill(branch, parent) {
  const response = await fetch(`/panel/tree?${new URLSearchParams({ parent })}`).catch(() => null);
  if (!response?.ok) {
    notify(say("failed"));
    return false;
  }
  branch.innerHTML = await response.text(); // rendered and escaped by our server
  return true;
}

async function open(node) {
  const branch = find(".branch", node);
  if (!branch) return;
  if (!branch.childElementCount) {
    branch.replaceChildren(element("li", "quiet", "…"));
    if (!(await fill(branch, node.dataset.code))) return branch.replaceChildren();
  }
  branch.hidden = false;
  node.setAttribute("aria-expanded", "true");
}

function shut(node) {
  find(".branch", node).hidden = true;
  node.setAttribute("aria-expanded", "false");
}

function toggle(node) {
  if (node.getAttribute("aria-expanded") === "true") shut(node);
  else open(node);
}

function mark(node) {
  for (const one of findAll(".node[aria-selected]", root)) one.removeAttribute("aria-selected");
  if (!node) return;
  node.setAttribute("aria-selected", "true");
  node.scrollIntoView({ block: "nearest" });
  for (const one of findAll('.node[tabindex="0"]', root)) one.tabIndex = -1;
  node.tabIndex = 0;
}

const visible = () => findAll(".node", root).filter((node) => node.offsetParent !== null);

function step(node, by) {
  const nodes = visible();
  focusNode(nodes[nodes.indexOf(node) + by]);
}

function focusNode(node) {
  if (!node) return;
  for (const one of findAll('.node[tabindex="0"]', root)) one.tabIndex = -1;
  node.tabIndex = 0;
  node.focus();
}
