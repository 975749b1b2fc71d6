import { around, boundsOf } from './geometry.js';
import { pathOf } from './paths.js';

const MARGIN = 24;
/** From the edge of a shape to its text, as in `board.css`: on both sides, and above. */
const PADDING = { note: [14, 14], text: [4, 2] };
/** How far below the middle of a line its letters stand, in parts of their size. */
const BASELINE = 0.35;
/** A picture has no more pixels in a direction: browsers refuse larger canvases. */
const MOST_PIXELS = 8000;

/**
 * Draws these shapes, the lowest first, as an SVG file; null if there are none.
 *
 * @param writingOf what {@link writingIn} reads of the text of a shape, by its id
 */
export function svgOf(shapes, writingOf) {
  const area = around(shapes.map(boundsOf));
  if (!area) return null;
  const [x, y, width, height] = [
    area.x - MARGIN, area.y - MARGIN, area.w + 2 * MARGIN, area.h + 2 * MARGIN,
  ].map(Math.round);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#ffffff"/>`,
    ...shapes.map((shape) => drawn(shape, writingOf)),
    '</svg>',
  ].join('\n');
}

/** Paints an SVG file as a PNG, twice as large where that is not too much. */
export async function pngOf(svg) {
  const image = new Image();
  // The page's content security policy allows no blobs as images.
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const scale = Math.min(2, MOST_PIXELS / Math.max(image.width, image.height));
  const canvas = Object.assign(document.createElement('canvas'), {
    width: Math.round(image.width * scale), height: Math.round(image.height * scale),
  });
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/png'); });
}

function drawn(shape, writingOf) {
  const { kind, x, y, w, h, color } = shape;
  const line = `fill="none" stroke="${color}" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"`;
  const box = `fill="${color}" fill-opacity="0.13" stroke="${color}" stroke-width="2.5"`;
  switch (kind) {
    case 'rect': return `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="10" ${box}/>`;
    case 'ellipse':
      return `<ellipse cx="${x + w / 2}" cy="${y + h / 2}" rx="${w / 2}" ry="${h / 2}" ${box}/>`;
    case 'note': return [
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="4" fill="#fffdf5"/>`,
      `<rect x="${x}" y="${y}" width="${w}" height="${h}" rx="4" fill="${color}" fill-opacity="0.26"/>`,
      written(shape, writingOf(shape.id), '#1b1c24'),
    ].join('');
    case 'text': return written(shape, writingOf(shape.id), color);
    default: return `<path transform="translate(${x} ${y})" d="${pathOf(shape)}" ${line}/>`;
  }
}

/** What does not fit into a note is left out. */
function written({ kind, x, y, w, h }, { lines, size, lineHeight, family }, color) {
  const [padding, top] = PADDING[kind];
  const fitting = kind === 'note' ? lines.slice(0, Math.floor((h - top) / lineHeight)) : lines;
  const rows = fitting.map(({ text, isRtl }, i) => {
    const isLast = i + 1 === fitting.length && fitting.length < lines.length;
    const baseline = y + top + (i + 0.5) * lineHeight + BASELINE * size;
    return `<text x="${isRtl ? x + w - padding : x + padding}" y="${Math.round(baseline * 100) / 100}"`
      + `${isRtl ? ' direction="rtl"' : ''}>${escaped(isLast ? `${text} …` : text)}</text>`;
  });
  const font = escaped(`600 ${size}px ${family}`);
  return `<g style="font: ${font}; white-space: pre" fill="${color}">${rows.join('')}</g>`;
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** As XML takes it; control characters are not allowed there at all. */
function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]).replace(/[^\P{Cc}\t\n]|[\u{D800}-\u{DFFF}\uFFFE\uFFFF]/gu, '');
}
