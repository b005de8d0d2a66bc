/* Pages of an employer, on whatever device: one that is left is emptied, so that neither Back nor a
   restored tab shows it again; one that comes out of a cache is asked for anew. Who signs out where
   nobody is reached sees an empty page at once, which signs out as soon as the network is back. */
"use strict";
{
  const leaving = document.querySelector("template[data-leaving]");

  function wipe() {
    for (const form of document.forms) {
      for (const field of form.elements) {
        if (field.matches("select")) field.selectedIndex = -1;
        else if (field.matches("[type=checkbox], [type=radio]")) field.checked = false;
        else if (!field.matches("button, fieldset")) field.value = "";
      }
    }
    document.body.replaceChildren();
    document.title = "";
  }

  addEventListener("pagehide", wipe);
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
  addEventListener(
    "submit",
    (event) => {
      if (navigator.onLine || !event.target.matches("[data-leaves]")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const form = event.target.cloneNode(true);
      form.hidden = true;
      wipe();
      document.body.append(leaving.content.cloneNode(true), form);
      addEventListener("online", () => form.submit(), { once: true });
    },
    true,
  );
}
