// Puts facts into the page. Every text becomes a text node; what did not change is not touched, so that a selection, the
// focus and the place of a screen reader stay.

export const byId = (id) => document.getElementById(id);

export function setText(element, text) {
  const wanted = String(text);
  if (element.textContent !== wanted) element.textContent = wanted;
}

function setClass(element, name) {
  if (element.className !== name) element.className = name;
}

/** Lets `parent` have `count` children; `make` makes one. */
function setCount(parent, count, make) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(make());
}

/** @param facts `[name, value, class]`, the class only where it is needed */
export function setFacts(list, facts) {
  setCount(list, facts.length * 2, () => document.createElement(list.children.length % 2 ? 'dd' : 'dt'));
  facts.forEach(([name, value, style = ''], at) => {
    setText(list.children[at * 2], name);
    setText(list.children[at * 2 + 1], value);
    setClass(list.children[at * 2 + 1], style);
  });
}

/**
 * @param rows of cells: `{ text, small, isNumber, share }`; `small` is a second line, `share` from 0 to 1 makes it a bar
 * @param otherwise what the only row says without rows
 */
export function setRows(body, rows, otherwise) {
  const shown = rows.length ? rows : [[{ text: otherwise, span: body.closest('table').tHead.rows[0].cells.length }]];
  setCount(body, shown.length, () => document.createElement('tr'));
  shown.forEach((cells, at) => {
    const row = body.children[at];
    setCount(row, cells.length, () => document.createElement('td'));
    cells.forEach((cell, column) => setCell(row.children[column], cell));
  });
}

function setCell(element, { text = '', small, isNumber = false, share, span = 1 }) {
  if (element.colSpan !== span) element.colSpan = span;
  setClass(element, [isNumber && 'number', share !== undefined && 'share'].filter(Boolean).join(' '));
  if (share !== undefined) {
    setCount(element, 1, () => {
      const bar = document.createElement('span');
      bar.className = 'bar';
      return bar;
    });
    element.firstElementChild.style.width = `${(share * 100).toFixed(1)}%`;
  } else {
    // Names in any script do not turn the text around them.
    setCount(element, small ? 2 : 1, () => document.createElement(element.children.length ? 'small' : 'bdi'));
    setText(element.children[0], text);
    if (small) setText(element.children[1], small);
  }
}
