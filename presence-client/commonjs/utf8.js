// TextEncoder and TextDecoder as far as frames need them, where there are none: jsdom under Jest.
exports.TextEncoder = class {
  encode(text) {
    const whole = String(text).replace(/\p{Surrogate}/gu, '\ufffd');
    return Uint8Array.from(unescape(encodeURIComponent(whole)), (char) => char.charCodeAt(0));
  }
};

exports.TextDecoder = class {
  decode(bytes) {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    try {
      return decodeURIComponent(escape(text));
    } catch {
      return text.replace(/[^\0-\x7f]/g, '\ufffd');
    }
  }
};
