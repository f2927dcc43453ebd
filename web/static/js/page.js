// What the server told this page at the start, and the few ways to speak to its reader.

export const page = JSON.parse(document.getElementById("page-data").textContent);

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

// A sentence in the reader's language, with {facts} filled in.
export function say(key, facts = {}) {
  return (page.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
}

// Tells a screen reader.
export function announce(sentence) {
  find("[data-say]").textContent = sentence;
}

let noticeTimer = 0;

// Shows a sentence for some seconds; without a sentence, takes it away.
export function notify(sentence, seconds = 4) {
  const notice = find("[data-notice]");
  clearTimeout(noticeTimer);
  notice.hidden = !sentence;
  notice.textContent = sentence ?? "";
  if (sentence && seconds) noticeTimer = setTimeout(() => notify(null), seconds * 1000);
}

// A new element with its class and text; text is never read as HTML.
export function element(name, className = "", content = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (content) made.textContent = content;
  return made;
}

// An icon of the sprite.
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const isNarrow = () => matchMedia("(max-width: 760px)").matches;
export const wantsCalm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
