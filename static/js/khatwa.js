/* What pages do better with JavaScript. Each does its work without it. */
"use strict";

/* While one types, the form is sent in the background and the regions that depend on it are
   taken from the page that comes back: the server alone reads accounts and adds up amounts. */
const live = document.querySelector("form[data-live]");
let waiting;
let request;

async function refresh(field) {
  request?.abort();
  request = new AbortController();
  const body = new FormData(live);
  body.set("step", live.dataset.live);
  const answer = await fetch(live.action, { method: "POST", body, signal: request.signal });
  if (answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (!fresh || region.contains(document.activeElement)) continue;
    if (region.innerHTML !== fresh.innerHTML) region.replaceChildren(...fresh.childNodes);
  }
  if (live.dataset.live === "check") showError(field, page);
}

function showError(field, page) {
  const error = page.getElementById(field.id + "-error");
  document.getElementById(field.id + "-error")?.remove();
  document.getElementById("errors")?.remove();
  field.toggleAttribute("aria-invalid", Boolean(error));
  if (error) document.getElementById("answer").replaceChildren(error);
}

function later(field, milliseconds) {
  clearTimeout(waiting);
  waiting = setTimeout(() => refresh(field).catch(() => {}), milliseconds);
}

for (const field of live?.querySelectorAll("[data-live-field]") ?? []) {
  /* An account that is half typed is not wrong yet: wait for its end. */
  const enough = () => live.dataset.live !== "check" || field.value.replace(/\D/g, "").length >= 20;
  field.addEventListener("input", () => enough() && later(field, 400));
  field.addEventListener("change", () => field.value && later(field, 0));
}

/* A field that follows another until somebody changes it. */
for (const field of document.querySelectorAll("[data-follows]")) {
  const leader = document.getElementById(field.dataset.follows);
  let follows = !field.value || field.value === leader.value;
  field.addEventListener("input", () => (follows = !field.value));
  leader.addEventListener("input", () => follows && (field.value = leader.value));
}

/* A form is sent once: the second touch of an impatient thumb does nothing. */
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.classList.add("busy");
    clearTimeout(waiting);
    request?.abort();
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector(".busy")?.classList.remove("busy");
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
