/** How long the lines of an arrow's head are at most, and how far they turn from it. */
const HEAD = 18;
const HEAD_ANGLE = 0.5;

/** What an SVG path of a pen's line or of an arrow is, from the shape's place. */
export function pathOf({ kind, points }) {
  if (kind === 'pen') return line(points);
  const [x1, y1, x2 = x1, y2 = y1] = points;
  const [[leftX, leftY], [rightX, rightY]] = arrowHead([x1, y1, x2, y2]);
  return `M${x1} ${y1}L${x2} ${y2}M${leftX} ${leftY}L${x2} ${y2}L${rightX} ${rightY}`;
}

/** Curves from the middle of one piece to the middle of the next: round, and through no point twice. */
function line(points) {
  const parts = [`M${points[0]} ${points[1]}`];
  if (points.length === 2) return `${parts[0]}l0.01 0`;
  for (let i = 2; i < points.length - 2; i += 2) {
    const [x, y, nextX, nextY] = points.slice(i, i + 4);
    parts.push(`Q${x} ${y} ${(x + nextX) / 2} ${(y + nextY) / 2}`);
  }
  parts.push(`L${points.at(-2)} ${points.at(-1)}`);
  return parts.join('');
}

/** The corners of an arrow's head, beside its last point. */
function arrowHead([fromX, fromY, toX, toY]) {
  const turn = Math.atan2(toY - fromY, toX - fromX);
  const length = Math.min(HEAD, Math.hypot(toX - fromX, toY - fromY) / 2);
  return [HEAD_ANGLE, -HEAD_ANGLE].map((angle) =>
    [toX - length * Math.cos(turn + angle), toY - length * Math.sin(turn + angle)]);
}
