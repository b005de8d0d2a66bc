/* The live board: every ten seconds its regions are taken from the same page. Without JavaScript
   the whole page comes again. */
"use strict";
const board = document.querySelector("[data-board]");
const away = document.getElementById("board-away");
const EVERY = 10000;

async function read() {
  const answer = await fetch(location.href, { signal: AbortSignal.timeout(EVERY - 1000) });
  /* Whoever opened it is signed in no more: what stands in its place is shown. */
  if (answer.redirected) location.reload();
  if (!answer.ok || answer.redirected) throw new Error("not the board");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const region of board.querySelectorAll("[data-region]")) {
    const fresh = page.getElementById(region.id);
    if (fresh && fresh.innerHTML !== region.innerHTML) region.replaceChildren(...fresh.childNodes);
  }
}

/* The time beside the figures is that of the last answer: it tells since when they are old. */
async function again() {
  away.hidden = await read().then(() => true, () => false);
  setTimeout(again, EVERY);
}
setTimeout(again, EVERY);
