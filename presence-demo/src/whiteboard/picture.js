import { around, boundsOf } from './geometry.js';
import { pathOf } from './paths.js';

const MARGIN = 24;
const FONT = "600 16px system-ui, 'Segoe UI', Roboto, sans-serif";
const LARGE_FONT = FONT.replace('16px', '22px');
/** A picture has no more pixels in a direction: browsers refuse larger canvases. */
const MOST_PIXELS = 8000;

/** Draws these shapes, the lowest first, as an SVG file; null if there are none. */
export function svgOf(shapes) {
  const area = around(shapes.map(boundsOf));
  if (!area) return null;
  const [x, y, width, height] = [
    area.x - MARGIN, area.y - MARGIN, area.w + 2 * MARGIN, area.h + 2 * MARGIN,
  ].map(Math.round);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${x} ${y} ${width} ${height}">`,
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="#ffffff"/>`,
    ...shapes.map(drawn),
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

function drawn(shape) {
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
      written(shape, 14, 21.6, FONT, '#1b1c24'),
    ].join('');
    case 'text': return written(shape, 4, 28.6, LARGE_FONT, color);
    default: return `<path transform="translate(${x} ${y})" d="${pathOf(shape)}" ${line}/>`;
  }
}

function written({ x, y, w, text }, padding, lineHeight, font, color) {
  const size = parseInt(font.match(/\d+(?=px)/)[0], 10);
  const lines = broken(text, Math.max(1, Math.floor((w - 2 * padding) / (size * 0.56))));
  const rows = lines.map((line, i) =>
    `<tspan x="${x + padding}" y="${y + padding + size + i * lineHeight}">${escaped(line)}</tspan>`);
  return `<text style="font: ${escaped(font)}" fill="${color}">${rows.join('')}</text>`;
}

/** Breaks a text into lines of about so many letters, between words where there are any. */
function broken(text, most) {
  return text.split('\n').flatMap((paragraph) => {
    const lines = [''];
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1) === '' ? word : `${lines.at(-1)} ${word}`;
      if (line.length <= most) lines[lines.length - 1] = line;
      else lines.push(...(word.match(new RegExp(`.{1,${most}}`, 'gsu')) ?? ['']));
    }
    return lines[0] === '' && lines.length > 1 ? lines.slice(1) : lines;
  });
}

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** As XML takes it; control characters are not allowed there at all. */
function escaped(text) {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter]).replace(/[^\P{Cc}\t\n]|[\u{D800}-\u{DFFF}\uFFFE\uFFFF]/gu, '');
}
