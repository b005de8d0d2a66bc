/* What pages do better with JavaScript. Each does its work without it. */
"use strict";
const byId = (id) => document.getElementById(id);

/* While one types, the form is sent in the background and the regions that depend on it are taken
   from the page that comes back: the server alone reads accounts and adds up amounts. */
const live = document.querySelector("form[data-live]");
const checks = live?.dataset.live === "check";
let waiting, request, unsaved;

async function refresh(field, keepalive = false) {
  request?.abort();
  request = new AbortController();
  /* Not in parts: servers take a thousand of those, and a form may have four hundred worksites. */
  const body = new URLSearchParams(new FormData(live));
  body.set("step", live.dataset.live);
  const { signal } = request;
  const answer = await fetch(live.action, { method: "POST", body, signal, keepalive });
  if (!waiting) unsaved = null;
  if (answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of document.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (!fresh || region.contains(document.activeElement)) continue;
    if (region.innerHTML !== fresh.innerHTML) region.replaceChildren(...fresh.childNodes);
  }
  const error = checks && page.getElementById(field.id + "-error");
  if (error) {
    field.setAttribute("aria-invalid", "true");
    field.before(error);
  }
}

function later(field, milliseconds) {
  clearTimeout(waiting);
  unsaved = field;
  waiting = setTimeout(() => {
    waiting = null;
    refresh(field).catch(() => {});
  }, milliseconds);
}

/* Who leaves by a link loses nothing: what is on its way, or was about to be, is sent once more. */
addEventListener("pagehide", () => {
  if (unsaved && !checks) refresh(unsaved, true).catch(() => {});
});

for (const field of live?.querySelectorAll("[data-live-field]") ?? []) {
  /* An account that is half typed is not wrong yet. */
  const enough = () => !checks || field.value.replace(/\D/g, "").length >= 20;
  field.addEventListener("input", () => enough() && later(field, 400));
  field.addEventListener("change", () => later(field, 0));
}

/* What is typed anew is not wrong any more. */
function unmark(field) {
  byId(field.id + "-error")?.remove();
  field.removeAttribute("aria-invalid");
}
addEventListener("input", ({ target }) => unmark(target));

/* A field follows another until somebody changes it. */
for (const field of document.querySelectorAll("[data-follows]")) {
  const leader = byId(field.dataset.follows);
  const alike = () => !field.value || field.value === leader.value;
  let follows = alike();
  field.addEventListener("input", () => (follows = alike()));
  leader.addEventListener("input", () => {
    if (!follows) return;
    field.value = leader.value;
    unmark(field);
  });
}

/* A form is sent once, however often an impatient thumb touches it; it is the person's again on a
   page that comes back, or that nothing has taken the place of for half a minute. */
const ANSWER_COMES = 30_000;
function freeForms() {
  for (const form of document.forms) delete form.dataset.sent;
  document.querySelector(".busy")?.classList.remove("busy");
}
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.classList.add("busy");
  clearTimeout(waiting);
  unsaved = null;
  request?.abort();
  setTimeout(freeForms, ANSWER_COMES);
});
addEventListener("pageshow", freeForms);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
