/** Along the edge, for what has to give way. */
const STEP = 6;
/** A hint farther from its place would point at somebody else. */
const FARTHEST_SHIFT = 240;

/**
 * Places hints on the edge of the view, none over another or over a panel: one that finds no room near its place
 * joins the nearest that did.
 *
 * @template Item
 * @param {{ item: Item, x: number, y: number }[]} wanted where each should be, on the edge; those in front go first
 * @param {{ left: number, top: number, right: number, bottom: number }} edge
 * @param {{ size: number, panels?: { left: number, top: number, right: number, bottom: number }[], most?: number }}
 *   options the diameter of a hint, what must not be covered, and how many hints there are at most
 * @returns {{ items: Item[], x: number, y: number }[]}
 */
export function arrangeHints(wanted, edge, { size, panels = [], most = Infinity }) {
  const placed = [];
  for (const { item, x, y } of wanted) {
    const spot = placed.length < most ? freeSpot([x, y], edge, size, panels, placed) : null;
    if (spot) placed.push({ items: [item], x: spot[0], y: spot[1] });
    else if (placed.length > 0) nearest(placed, x, y).items.push(item);
    else placed.push({ items: [item], x, y });
  }
  return placed;
}

function freeSpot(place, edge, size, panels, placed) {
  const start = alongOf(place, edge);
  const isFree = ([x, y]) => placed.every((hint) => Math.hypot(hint.x - x, hint.y - y) >= size)
    && panels.every((panel) => distance(panel, x, y) >= size / 2);
  for (let shift = 0; shift <= FARTHEST_SHIFT; shift += STEP) {
    for (const along of shift === 0 ? [start] : [start + shift, start - shift]) {
      const spot = spotAt(along, edge);
      if (isFree(spot)) return spot;
    }
  }
  return null;
}

function nearest(placed, x, y) {
  const far = (hint) => Math.hypot(hint.x - x, hint.y - y);
  return placed.reduce((best, hint) => (far(hint) < far(best) ? hint : best));
}

/** From a rectangle to a point beside it; 0 inside of it. */
function distance({ left, top, right, bottom }, x, y) {
  return Math.hypot(Math.max(left - x, 0, x - right), Math.max(top - y, 0, y - bottom));
}

/** The way along the edge to a point on it, clockwise from the top left corner. */
function alongOf([x, y], { left, top, right, bottom }) {
  const [width, height] = [right - left, bottom - top];
  if (y <= top) return x - left;
  if (x >= right) return width + y - top;
  if (y >= bottom) return width + height + right - x;
  return 2 * width + height + bottom - y;
}

/** The point on the edge after that way. */
function spotAt(along, { left, top, right, bottom }) {
  const [width, height] = [right - left, bottom - top];
  const round = 2 * (width + height);
  let rest = ((along % round) + round) % round;
  if (rest <= width) return [left + rest, top];
  rest -= width;
  if (rest <= height) return [right, top + rest];
  rest -= height;
  if (rest <= width) return [right - rest, bottom];
  return [left, bottom - (rest - width)];
}
