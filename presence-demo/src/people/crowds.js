const DIRECTIONS = 8;

/**
 * The people beyond the edges of a view, by direction, as a density tells them. Cells that the view touches do not count.
 *
 * @param density of `presence-client/viewport`
 * @param {{ x: number, y: number, w: number, h: number }} view in board units
 * @returns {{ direction: number, count: number, x: number, y: number, densest: [number, number] }[]} where they are on
 *   average, and the middle of the cell with most of them; the largest first
 */
export function crowdsBeyond({ x: left, y: top, cell, columns, counts }, view) {
  const crowds = new Map();
  counts.forEach((count, i) => {
    const x = left + (i % columns) * cell;
    const y = top + Math.floor(i / columns) * cell;
    const isInView = x < view.x + view.w && x + cell > view.x && y < view.y + view.h && y + cell > view.y;
    if (count === 0 || isInView) return;
    const middle = [x + cell / 2, y + cell / 2];
    const angle = Math.atan2(middle[1] - view.y - view.h / 2, middle[0] - view.x - view.w / 2);
    const direction = (Math.round(angle / (2 * Math.PI) * DIRECTIONS) + DIRECTIONS) % DIRECTIONS;
    if (!crowds.has(direction)) crowds.set(direction, { direction, count: 0, x: 0, y: 0, most: 0, densest: middle });
    const crowd = crowds.get(direction);
    crowd.count += count;
    crowd.x += count * middle[0];
    crowd.y += count * middle[1];
    if (count > crowd.most) Object.assign(crowd, { most: count, densest: middle });
  });
  return [...crowds.values()]
    .map(({ direction, count, x, y, densest }) => ({ direction, count, x: x / count, y: y / count, densest }))
    .sort((a, b) => b.count - a.count);
}

/** A count in at most four characters. */
export const shortCount = (count) => (count < 1000 ? String(count) : `${(count / 1000).toFixed(count < 9950 ? 1 : 0)}k`);
