import { tenth } from './shape.js';

/** How far beside a corner of the outline a pointer still takes it, in pixels. */
const SLACK = 10;
/** The outline lies this far outside of the shape, in pixels. */
const OFFSET = 5;
const LEAST_SIZE = 12;

export const isResizable = (shape) => shape?.w !== undefined;

/**
 * The corner of a selected shape that a pointer takes, as the directions in which it lies from the middle; null if
 * there is none.
 */
export function cornerAt(shape, [px, py], zoom) {
  if (!isResizable(shape)) return null;
  const { x, y, w, h } = shape;
  const isNear = (value, corner) => Math.abs(value - corner) * zoom <= SLACK;
  for (const [right, bottom] of [[1, 1], [-1, 1], [1, -1], [-1, -1]]) {
    const cornerX = (right > 0 ? x + w : x) + (right * OFFSET) / zoom;
    const cornerY = (bottom > 0 ? y + h : y) + (bottom * OFFSET) / zoom;
    if (isNear(px, cornerX) && isNear(py, cornerY)) return [right, bottom];
  }
  return null;
}

/**
 * Where a shape lies, and how large it is, when one of its corners is dragged so far; the opposite corner stays.
 *
 * @param keepsForm whether width and height keep their relation
 */
export function resized({ x, y, w, h }, [right, bottom], [dx, dy], keepsForm = false) {
  let width = Math.max(LEAST_SIZE, w + right * dx);
  let height = Math.max(LEAST_SIZE, h + bottom * dy);
  if (keepsForm && w > 0 && h > 0) {
    const factor = Math.max(width / w, height / h);
    [width, height] = [w * factor, h * factor];
  }
  return {
    x: tenth(right > 0 ? x : x + w - width), y: tenth(bottom > 0 ? y : y + h - height), w: tenth(width), h: tenth(height),
  };
}
