/** No shape and no view is farther out than this, in board units. */
export const FARTHEST = 100_000;

/** How far beside a line a click still hits it, in pixels. */
const SLACK = 7;

/** The rectangle around a shape, in board units. */
export function boundsOf(shape) {
  if (!shape.points) return { x: shape.x, y: shape.y, w: shape.w, h: shape.h };
  const { x, y, points } = shape;
  let [left, top, right, bottom] = [0, 0, 0, 0];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i]);
    right = Math.max(right, points[i]);
    top = Math.min(top, points[i + 1]);
    bottom = Math.max(bottom, points[i + 1]);
  }
  return { x: x + left, y: y + top, w: right - left, h: bottom - top };
}

export function around(rectangles) {
  if (rectangles.length === 0) return null;
  const x = Math.min(...rectangles.map((r) => r.x));
  const y = Math.min(...rectangles.map((r) => r.y));
  const w = Math.max(...rectangles.map((r) => r.x + r.w)) - x;
  const h = Math.max(...rectangles.map((r) => r.y + r.h)) - y;
  return { x, y, w, h };
}

export function overlap(a, b) {
  return a.x <= b.x + b.w && b.x <= a.x + a.w && a.y <= b.y + b.h && b.y <= a.y + a.h;
}

export function rectangle([x1, y1], [x2, y2]) {
  return { x: Math.min(x1, x2), y: Math.min(y1, y2), w: Math.abs(x2 - x1), h: Math.abs(y2 - y1) };
}

/** Whether a click there means this shape. */
export function hits(shape, [px, py], zoom) {
  const slack = SLACK / zoom;
  const { x, y, w, h } = boundsOf(shape);
  if (px < x - slack || py < y - slack || px > x + w + slack || py > y + h + slack) return false;
  if (shape.points) return nearLine(shape, px - shape.x, py - shape.y, slack);
  if (shape.kind !== 'ellipse') return true;
  const dx = (px - x - w / 2) / (w / 2 + slack);
  const dy = (py - y - h / 2) / (h / 2 + slack);
  return dx * dx + dy * dy <= 1;
}

function nearLine({ points }, px, py, slack) {
  for (let i = 0; i < points.length; i += 2) {
    const [x1, y1] = [points[Math.max(0, i - 2)], points[Math.max(1, i - 1)]];
    const [dx, dy] = [points[i] - x1, points[i + 1] - y1];
    const along = ((px - x1) * dx + (py - y1) * dy) / (dx * dx + dy * dy || 1);
    const part = Math.min(1, Math.max(0, along));
    if (Math.hypot(px - x1 - part * dx, py - y1 - part * dy) <= slack) return true;
  }
  return false;
}
