// Buffer is Node's alone; atob and btoa are everywhere, and know neither bytes nor the alphabet of URLs.

export const utf8 = (text) => new TextEncoder().encode(text);

export function toBase64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export const toBase64Url = (bytes) => toBase64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

/** @throws DOMException if it is no base64 */
export const fromBase64 = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
