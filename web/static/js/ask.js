// Requests that read or write JSON; a refusal is thrown as an error that says the server's sentence.

export class Refusal extends Error {
  constructor(status, answer) {
    super(answer?.detail || answer?.error || `HTTP ${status}`);
    this.status = status;
    this.answer = answer;
  }
}

async function send(method, address, body, { signal } = {}) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]').content;
  const isForm = body instanceof FormData;
  if (body !== undefined && !isForm) headers["Content-Type"] = "application/json";
  const answer = await fetch(address, {
    method,
    headers,
    signal,
    credentials: "same-origin",
    body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
  });
  const known = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : null;
  if (!answer.ok) throw new Refusal(answer.status, known);
  return known;
}

export const ask = {
  get: (address, options) => send("GET", address, undefined, options),
  post: (address, body, options) => send("POST", address, body, options),
  put: (address, body, options) => send("PUT", address, body, options),
  delete: (address, body, options) => send("DELETE", address, body, options),
};
