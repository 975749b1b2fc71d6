/** Whether this visitor asked for less motion; read it when it matters, it can change. */
export const calm = matchMedia('(prefers-reduced-motion: reduce)');

export const $ = (id) => document.getElementById(id);

/** A copy of what a template in the page holds. */
export const clone = (templateId) => $(templateId).content.firstElementChild.cloneNode(true);

export function element(tag, className, text = '') {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement(tag, attributes = {}) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** A drawing out of icons.svg. */
export function icon(name, className = 'icon') {
  const drawing = svgElement('svg', { class: className, 'aria-hidden': 'true' });
  drawing.append(svgElement('use', { href: `/demo/ui/icons.svg#${name}` }));
  return drawing;
}

export function place(target, x, y) {
  target.style.transform = `translate(${x}px, ${y}px)`;
}

export function fadeAway(target) {
  delete target.dataset.testid;
  if (calm.matches) return target.remove();
  target.animate({ opacity: 0 }, { duration: 250, easing: 'ease-out', fill: 'forwards' })
    .finished.then(() => target.remove());
}

/** Whether a key press belongs to a text field. */
export function isTyping(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** Runs `action` once in the next frame, however often it is asked for until then. */
export function oncePerFrame(action) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      action();
    });
  };
}
