/* Where the network is weak: a form leaves when somebody is reached, else the page says so and
   keeps what was typed. Nothing is stored, and nothing is sent again but by the person's touch. */
"use strict";
{
  const LONGEST = 20_000; // milliseconds until nobody counts as reached
  const away = document.querySelector("[data-network=away]");
  const back = document.querySelector("[data-network=back]");
  const asking = new Set();
  const reached = new WeakSet();

  const show = (isAway) => {
    back.hidden = isAway || away.hidden;
    away.hidden = !isAway;
  };

  /* A few bytes that no cache answers: what a form would meet on its way. */
  async function isReached() {
    if (!navigator.onLine) return false;
    const { href } = document.querySelector("link[rel=icon]");
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), LONGEST);
    const options = { method: "HEAD", cache: "no-store", credentials: "omit" };
    return fetch(href, { ...options, signal: patience.signal })
      .then(() => true, () => false)
      .finally(() => clearTimeout(timer));
  }

  async function send(form, submitter) {
    asking.add(form);
    submitter?.classList.add("busy");
    const found = await isReached();
    asking.delete(form);
    submitter?.classList.remove("busy");
    if (!found) return show(true);
    reached.add(form);
    form.requestSubmit(submitter?.form === form ? submitter : null);
  }

  addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      /* Who signs out is let go: wipe.js empties the page whether somebody is reached or not. */
      if (form.method !== "post" || form.matches("[data-leaves]")) return;
      if (form.dataset.sent || reached.delete(form)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!asking.has(form)) send(form, event.submitter);
    },
    true,
  );
  addEventListener("offline", () => show(true));
  addEventListener("online", () => show(false));
}
