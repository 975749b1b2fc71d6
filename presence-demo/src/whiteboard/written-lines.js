const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Reads a drawn text as the browser has written it.
 *
 * @param {HTMLElement} element holds one text node at most
 * @returns the lines, each with `text` and whether it is written from the right (`isRtl`); `size` of the letters and
 *     `lineHeight` in board units; `family` of the font
 */
export function writingIn(element) {
  const { fontFamily, fontSize, lineHeight } = getComputedStyle(element);
  const writing = { family: fontFamily, size: parseFloat(fontSize), lineHeight: parseFloat(lineHeight) };
  return { ...writing, lines: linesIn(element, Math.round(element.offsetHeight / writing.lineHeight)) };
}

function linesIn(element, count) {
  const node = element.firstChild;
  if (!node) return [];
  const { top, height } = element.getBoundingClientRect();
  const range = document.createRange();
  /** The numbers of the lines that a part of the text is on. */
  const linesOf = (from, to) => {
    range.setStart(node, from);
    range.setEnd(node, to);
    // By the middle, as letters of another font may be higher.
    return [...range.getClientRects()].map((box) => Math.floor(((box.top + box.bottom) / 2 - top) / (height / count)));
  };
  const lines = [];
  let at = 0;
  for (const paragraph of node.data.split('\n')) {
    const isRtl = isFromTheRight(paragraph);
    const first = lines.length;
    lines.push({ text: '', isRtl });
    let latest = null;
    for (const { segment, index } of partsOf(paragraph, at, linesOf)) {
      const [line = latest] = linesOf(index, index + segment.length);
      if (latest !== null && line > latest) lines.push({ text: '', isRtl });
      latest = line;
      lines.at(-1).text += segment;
    }
    for (const line of lines.slice(first)) line.text = line.text.trimEnd();
    at += paragraph.length + 1;
  }
  return lines;
}

/** Words and the spaces between them; the letters of those that are on several lines. */
function* partsOf(paragraph, start, linesOf) {
  for (const { 0: word, index } of paragraph.matchAll(/\s+|\S+/g)) {
    const at = start + index;
    if (new Set(linesOf(at, at + word.length)).size <= 1) yield { segment: word, index: at };
    else for (const { segment, index: inWord } of graphemes.segment(word)) yield { segment, index: at + inWord };
  }
}

/** By its first letter that has a direction, as the browser knows it. */
function isFromTheRight(paragraph) {
  const probe = document.createElement('bdi');
  probe.textContent = paragraph;
  return probe.matches(':dir(rtl)');
}
