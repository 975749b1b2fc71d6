import { FIELD_NAMES, fieldFrom, shapeFrom } from './shape.js';

/** Pasted shapes lie beside those that were copied, so that they are seen. */
const OFFSET = 24;
const MARK = 'presence-shapes';

/** What is copied, as text. */
export function write(some) {
  return JSON.stringify({ [MARK]: some.map(({ id, ...fields }) => fields) });
}

/** The fields of shapes that {@link write} made a text of, moved a little; null for any other text. */
export function read(text) {
  let listed;
  try {
    listed = JSON.parse(text)?.[MARK];
  } catch {
    return null;
  }
  if (!Array.isArray(listed)) return null;
  return listed.map(soundFields).filter(Boolean)
    .sort((a, b) => a.z - b.z).map((fields) => ({ ...fields, x: fields.x + OFFSET, y: fields.y + OFFSET }));
}

/** Anybody may have put the text there. */
function soundFields(given) {
  if (typeof given !== 'object' || given === null) return null;
  const fields = Object.fromEntries(FIELD_NAMES.filter((name) => Object.hasOwn(given, name))
    .map((name) => [name, fieldFrom(name, given[name])]));
  const shape = shapeFrom('clipboard', fields);
  if (!shape) return null;
  const { id, ...sound } = shape;
  return sound;
}
