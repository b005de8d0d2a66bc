/* The lines of a declaration: the keys that move between cells, and buttons that fill a line. */
"use strict";
const grid = document.querySelector("[data-grid]");
const cellsOf = (line) => [...line.querySelectorAll("input:not([type=hidden])")];

/* The cell so many lines further that is on the screen; none past the last. */
function beside(cell, step) {
  const column = cellsOf(cell.closest(".line")).indexOf(cell);
  let line = cell.closest(".line");
  do {
    line = step > 0 ? line.nextElementSibling : line.previousElementSibling;
  } while (line && !line.offsetHeight);
  return line && cellsOf(line)[column];
}

/* The next or previous cell of the same line, once the caret has come to the edge of this one; from
   a cell to which one has just come, all of which is selected, at once. */
function along(cell, key) {
  const right = key === "ArrowRight";
  const { selectionStart: from, selectionEnd: to, value } = cell;
  const edge = right ? value.length : 0;
  if (to - from < value.length && (from !== edge || to !== edge)) return null;
  const forward = right === (getComputedStyle(grid).direction === "ltr");
  const cells = cellsOf(cell.closest(".line"));
  return cells[cells.indexOf(cell) + (forward ? 1 : -1)];
}

grid?.addEventListener("keydown", (event) => {
  const { key, target, shiftKey } = event;
  if (!target.matches("input") || event.isComposing || event.ctrlKey || event.altKey) return;
  let next = null;
  if (key === "ArrowDown" || (key === "Enter" && !shiftKey)) next = beside(target, 1);
  else if (key === "ArrowUp" || key === "Enter") next = beside(target, -1);
  else if (key === "ArrowLeft" || key === "ArrowRight") next = along(target, key);
  if (!next) return; /* After the last line Enter sends the form, as everywhere. */
  event.preventDefault();
  next.focus();
  next.select();
});

grid?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  event.preventDefault();
  const cells = cellsOf(button.closest(".line"));
  button.dataset.fill.split(";").forEach((text, place) => {
    cells[place].value = text;
    cells[place].dispatchEvent(new Event("input", { bubbles: true }));
  });
});
