/** Where a label lies beside the tip of its cursor, as in `cursors.css`, in pixels. */
const BESIDE = { x: 15, y: 19 };

/**
 * Returns on which side of its cursor a label is not cut off at the edge of the view: right of it and below, where that
 * is possible.
 *
 * @param {{ width: number, height: number }} label
 * @param {{ width: number, height: number }} view
 * @returns {'' | 'left' | 'above' | 'left above'}
 */
export function labelSide(x, y, label, view) {
  const isCut = (at, beside, length, most) => at + beside + length > most && at - length > 0;
  return [
    isCut(x, BESIDE.x, label.width, view.width) && 'left', isCut(y, BESIDE.y, label.height, view.height) && 'above',
  ].filter(Boolean).join(' ');
}
