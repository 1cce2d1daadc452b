// The public API as any client calls it: a bearer token, JSON, and errors in words. The token lives in this module's memory only.

export class ApiError extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";
let token = "";
let fetching = null;

const meta = (name) => document.querySelector(`meta[name="${name}"]`).content;

/** Return a file's link as this page may load it: links to our own server lose their host, which may be spelled otherwise here. */
export function here(link) {
  const own = meta("public-url");
  return link.startsWith(`${own}/`) ? link.slice(own.length) : link;
}

export const publicUrl = () => meta("public-url");

/** Return what a reply that is an error says, in words. */
async function refusal(response) {
  const { status } = response;
  const wait = response.headers.get("Retry-After");
  try {
    const body = await response.json();
    if (body.message ?? body.error) return new ApiError(body.message ?? body.error, status);
  } catch {
    // Not JSON: a proxy's page, or the CSRF page, which is no refusal of the API's.
  }
  if (status === 403) return new ApiError("This page was opened too long ago. Reload it and try again.");
  return new ApiError(`The server answered ${status}${wait ? `; try again in ${wait} seconds` : ""}.`, status);
}

async function send(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(UNREACHABLE);
  }
  return response;
}

/** Ask one of the page's own endpoints: cookie and CSRF token. */
export async function askPage(path, json, signal) {
  const headers = { "X-CSRFToken": meta("csrf-token"), "Content-Type": "application/json" };
  const response = await send(path, { method: "POST", headers, body: JSON.stringify(json ?? {}), credentials: "same-origin", signal });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

async function freshToken() {
  fetching ??= askPage("/session/token").finally(() => { fetching = null; });
  token = (await fetching).token;
  return token;
}

/** Call the API and return the reply; a token that has expired is replaced once. Raises ApiError for every reply that is an error. */
export async function call(method, path, { json, headers = {}, signal } = {}) {
  const options = () => ({
    method,
    signal,
    credentials: "omit",
    headers: { ...headers, Authorization: `Bearer ${token}`, ...(json === undefined ? {} : { "Content-Type": "application/json" }) },
    body: json === undefined ? undefined : JSON.stringify(json),
  });
  if (!token) await freshToken();
  let response = await send(path, options());
  if (response.status === 401) {
    await freshToken();
    response = await send(path, options());
  }
  if (!response.ok) throw await refusal(response);
  return response;
}

export async function read(method, path, options) {
  const response = await call(method, path, options);
  return response.status === 204 ? null : response.json();
}

/** Upload a file and return its record; `onProgress` gets a share from 0 to 1. fetch cannot tell how much has been sent. */
export async function upload(file, onProgress, signal) {
  // Asked for anew, so that a token's end cannot waste a long upload.
  await freshToken();
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("file", file);
    request.open("POST", "/api/user/files");
    request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = (event) => event.lengthComputable && onProgress(event.loaded / event.total);
    request.onload = () => {
      if (request.status === 201) resolve(request.response);
      else reject(new ApiError(request.response?.message ?? `The upload failed: the server answered ${request.status}.`, request.status));
    };
    request.onerror = () => reject(new ApiError(UNREACHABLE));
    request.onabort = () => reject(new DOMException("Cancelled", "AbortError"));
    signal?.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}
