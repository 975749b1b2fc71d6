// An animated WebP of stills, of which the later ones hold only what has changed.
//
// https://developers.google.com/speed/webp/docs/riff_container

/**
 * @param stills WebP files; where one is transparent, the ones before it stay to be seen
 * @param durationMs how long each is shown
 * @returns an animation that begins again for ever
 */
export function animate(stills, { width, height, durationMs }) {
  const hasAlpha = 0x10;
  const isAnimation = 0x02;
  const canvas = Buffer.concat([Buffer.from([isAnimation | hasAlpha, 0, 0, 0]), uint24(width - 1), uint24(height - 1)]);
  const white = Buffer.from([255, 255, 255, 255]);
  const endless = Buffer.from([0, 0]);
  const frames = stills.map((still) => {
    const blendOver = 0;
    const header = Buffer.concat([
      uint24(0), uint24(0), uint24(width - 1), uint24(height - 1), uint24(durationMs), Buffer.from([blendOver]),
    ]);
    return chunk('ANMF', Buffer.concat([header, ...pictureIn(still)]));
  });
  const body = Buffer.concat([
    Buffer.from('WEBP'), chunk('VP8X', canvas), chunk('ANIM', Buffer.concat([white, endless])), ...frames,
  ]);
  return chunk('RIFF', body);
}

/** The chunks of a still that are the picture itself. */
function pictureIn(still) {
  const found = [];
  for (let at = 12; at + 8 <= still.length;) {
    const name = still.toString('latin1', at, at + 4);
    const size = still.readUInt32LE(at + 4);
    if (['ALPH', 'VP8 ', 'VP8L'].includes(name)) found.push(chunk(name, still.subarray(at + 8, at + 8 + size)));
    at += 8 + size + (size % 2);
  }
  return found;
}

function chunk(name, body) {
  const head = Buffer.alloc(8);
  head.write(name, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

function uint24(value) {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}

/**
 * Runs in a page, which keeps the still before: a PNG as WebP, transparent where nothing has changed.
 *
 * @param still.data both files are in base64
 */
export async function develop({ data, quality }) {
  // As the encoder's own blocks are, so that what is clear does not smear into what is not.
  const BLOCK = 16;
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
  const { width, height } = picture;
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d', { willReadFrequently: true });
  pen.drawImage(picture, 0, 0);
  const pixels = new Uint32Array(pen.getImageData(0, 0, width, height).data.buffer);
  const before = globalThis.before;
  globalThis.before = pixels;
  const hasChanged = (left, top) => {
    for (let y = top; y < Math.min(top + BLOCK, height); y += 1) {
      for (let x = left; x < Math.min(left + BLOCK, width); x += 1) {
        if (pixels[y * width + x] !== before[y * width + x]) return true;
      }
    }
    return false;
  };
  for (let y = 0; before && y < height; y += BLOCK) {
    for (let x = 0; x < width; x += BLOCK) if (!hasChanged(x, y)) pen.clearRect(x, y, BLOCK, BLOCK);
  }
  const file = await canvas.convertToBlob({ type: 'image/webp', quality });
  const bytes = new Uint8Array(await file.arrayBuffer());
  return { width, height, data: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) };
}
