/* On a device of the fund: nothing of one employer stays for the next. The server ends the session;
   this takes the page away, by itself when nobody touches it, and also when the network is down. */
"use strict";

const { device, idle, warning } = document.body.dataset;
const finish = document.getElementById("finish");
const stillHere = document.getElementById("still-here");
const SECONDS_BETWEEN_TRIES = 5;
let asked, counted, going;

/* What was typed goes before the page does: a browser that keeps the page keeps empty fields. */
function wipe() {
  for (const form of document.forms) {
    for (const field of form.elements) if (field.type !== "hidden") field.value = "";
    form.reset();
  }
  const away = document.getElementById("away");
  if (idle && away) document.body.replaceChildren(away.content.cloneNode(true));
  document.title = "";
}

async function leave(way) {
  const body = new URLSearchParams(new FormData(finish));
  const address = finish.action;
  body.set("way", way);
  going = true;
  wipe();
  for (;;) {
    try {
      await fetch(address, { method: "POST", body, redirect: "manual" });
      break;
    } catch {
      await new Promise((again) => setTimeout(again, SECONDS_BETWEEN_TRIES * 1000));
    }
  }
  location.replace(device);
}

function count(seconds) {
  if (!seconds) {
    leave("idle");
    return;
  }
  document.getElementById("seconds-left").textContent = seconds;
  counted = setTimeout(() => count(seconds - 1), 1000);
}

function restart() {
  clearTimeout(asked);
  clearTimeout(counted);
  if (stillHere.open) stillHere.close();
  asked = setTimeout(() => {
    stillHere.showModal();
    count(Number(warning));
  }, idle * 1000);
}

if (idle) {
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, restart);
  restart();
  addEventListener("submit", () => (going = true));
  addEventListener("click", ({ target }) => {
    if (target.closest("a[href]")) going = true;
  });
  /* Back, forward and reload stay within; a browser that cannot tell them takes them for the end. */
  window.navigation?.addEventListener("navigate", ({ navigationType }) => {
    if (navigationType !== "push") going = true;
  });
  finish.addEventListener("submit", (event) => {
    event.preventDefault();
    leave("button");
  });
  /* A closed tab, or an address typed over the page: whoever was at it is gone. */
  addEventListener("pagehide", () => {
    if (!going) {
      const body = new URLSearchParams(new FormData(finish));
      body.set("way", "closed");
      navigator.sendBeacon(finish.action, body);
    }
    wipe();
  });
}
/* The server decides what a page that comes out of a cache may show now. */
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) location.reload();
});
