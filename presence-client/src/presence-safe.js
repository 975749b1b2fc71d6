// presence-safe.d.ts documents the API.

// Nothing nests, so there is no url() and no way out of a declaration.
const COLOR = /^(#([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})|[a-z]{3,20}|(rgb|hsl)a?\([^()]*\)|(hwb|lab|lch|oklab|oklch|color)\([^()]*\))$/i;
const ARGUMENTS = /^[\w#().,%/+ -]{3,100}$/;

export function safeColor(value, fallback = '') {
  return typeof value === 'string' && ARGUMENTS.test(value) && COLOR.test(value) ? value : fallback;
}

export function safeUrl(value, fallback = '') {
  try {
    const url = new URL(value, globalThis.document?.baseURI);
    // An empty one would be the page itself.
    if (typeof value !== 'string' || !value.trim() || !/^https?:$/.test(url.protocol)) return fallback;
    // What is before an @ looks like the host and is not.
    if (url.username || url.password) return fallback;
    // Left as they are by URL, and of meaning in CSS and HTML.
    return url.href.replace(/['()\\;]/g, (sign) => `%${sign.charCodeAt().toString(16)}`);
  } catch {
    return fallback;
  }
}
