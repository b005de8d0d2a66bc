/* A signature drawn with the finger: strokes of points in a box of 1000 by 400. */
"use strict";

const canvas = document.getElementById("canvas");
const drawing = document.getElementById("drawing");
const pen = canvas.getContext("2d");
const POINTS_AT_MOST = 4000;
let strokes = [];

function show() {
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.lineWidth = 5;
  pen.lineCap = pen.lineJoin = "round";
  for (const stroke of strokes) {
    pen.beginPath();
    for (const [x, y] of stroke) pen.lineTo(x, y);
    pen.stroke();
  }
  drawing.value = strokes.map((stroke) => stroke.map((at) => at.join(",")).join(" ")).join(";");
}

function place({ clientX, clientY }) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const within = (share, size) => Math.min(size - 1, Math.max(0, Math.round(share * size)));
  return [
    within((clientX - left) / width, canvas.width),
    within((clientY - top) / height, canvas.height),
  ];
}

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  strokes.push([place(event)]);
  show();
});
canvas.addEventListener("pointermove", (event) => {
  if (!event.buttons || !strokes.length || strokes.flat().length >= POINTS_AT_MOST) return;
  strokes.at(-1).push(place(event));
  show();
});
document.getElementById("clear").addEventListener("click", () => {
  strokes = [];
  show();
});
