import { boardId } from './address.js';
import { pngOf, svgOf } from '../whiteboard/picture.js';
import { $, element } from '../ui/dom.js';

/** The buttons that save the board as a picture. */
export function wireExport(shapes, layer, toolbar, toasts) {
  const button = (format, make) => {
    const made = element('button', 'button', format);
    made.type = 'button';
    made.setAttribute('aria-label', `Save as ${format}`);
    made.addEventListener('click', async () => {
      toolbar.closeAll();
      const svg = svgOf(shapes.all, (id) => layer.writingOf(id));
      if (!svg) return toasts.notify('There is nothing to save yet');
      try {
        save(await make(svg), format.toLowerCase());
      } catch {
        toasts.notify(`The board could not be saved as ${format}`);
      }
      return undefined;
    });
    return made;
  };
  $('export').append(
    button('PNG', pngOf), button('SVG', (svg) => new Blob([svg], { type: 'image/svg+xml' })),
  );
}

function save(blob, ending) {
  const link = element('a', '');
  link.href = URL.createObjectURL(blob);
  link.download = `${boardId.replace(/[^\p{L}\p{N}-]+/gu, '-')}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), SAVED_MS);
}

/** Browsers read the picture after the click. */
const SAVED_MS = 60_000;
