// The looks of the components. No part of the API, but for the classes and variables in docs/react.md.

const STYLES = `
:where(.presence-cursors) { position: relative; }
.presence-cursors-layer {
  position: absolute; inset: 0; overflow: clip; pointer-events: none; z-index: var(--presence-cursors-z-index, 10);
}
.presence-cursor-label, .presence-avatar { --presence-ink: #fff; }
@supports (color: oklch(from red l c h)) {
  .presence-cursor-label, .presence-avatar {
    --presence-ink: oklch(from var(--presence-color) clamp(0, (.66 - l) * 1000, 1) 0 0);
  }
}
.presence-cursor { position: absolute; top: 0; left: 0; will-change: transform; }
.presence-cursor > svg {
  display: block; width: var(--presence-cursor-size, 18px); height: auto; margin: -1px; overflow: visible;
  fill: var(--presence-color); stroke: var(--presence-cursor-outline, #fff); stroke-width: 1.5; stroke-linejoin: round;
}
.presence-cursor-edge { stroke: #0004; stroke-width: 3; }
.presence-cursor-label {
  position: absolute; top: var(--presence-cursor-size, 18px); left: calc(.7 * var(--presence-cursor-size, 18px));
  box-sizing: border-box; max-width: var(--presence-label-width, 16em); padding: 1px 8px; overflow: hidden;
  border: 1px solid transparent; border-radius: var(--presence-label-radius, 99px);
  background: var(--presence-color); color: var(--presence-ink);
  font: var(--presence-font, 500 12px/1.5 system-ui, sans-serif); white-space: nowrap; text-overflow: ellipsis;
}
.presence-cursor-label:empty { display: none; }

:where(.presence-avatars) { display: flex; margin: 0; padding: 0; list-style: none; }
.presence-avatars {
  isolation: isolate; --size: var(--presence-avatar-size, 32px); --ring: var(--presence-avatar-ring, 2px);
}
.presence-avatars > li { position: relative; flex: none; margin: 0; padding: 0; }
.presence-avatars > li + li { margin-inline-start: calc(var(--size) * var(--presence-avatar-overlap, -.125)); }
.presence-avatar {
  display: grid; place-items: center; box-sizing: border-box; width: var(--size); height: var(--size); margin: 0; padding: 0;
  border: var(--ring) solid var(--presence-avatar-ring-color, Canvas); border-radius: var(--presence-avatar-radius, 50%);
  overflow: hidden; background: var(--presence-color); color: var(--presence-ink);
  font: var(--presence-font, 600 12px/1 system-ui, sans-serif); font-size: calc(var(--size) * .34); line-height: 1;
  cursor: default; user-select: none;
}
button.presence-avatar { cursor: pointer; }
button.presence-avatar:focus-visible { outline: 2px solid var(--presence-focus, Highlight); outline-offset: 1px; }
.presence-avatar > img { display: block; width: 100%; height: 100%; object-fit: cover; }
.presence-avatar-more { background: var(--presence-more, #475569); color: #fff; }
.presence-avatar-status {
  position: absolute; z-index: 1; inset-block-end: 0; inset-inline-end: 0; box-sizing: border-box; pointer-events: none;
  width: calc(var(--size) * .34); height: calc(var(--size) * .34); border-radius: 50%;
  border: var(--ring) solid var(--presence-avatar-ring-color, Canvas); background: var(--presence-status);
}
[data-status=active] > .presence-avatar-status { --presence-status: var(--presence-active, #16a34a); display: none; }
[data-status=busy] > .presence-avatar-status { --presence-status: var(--presence-busy, #dc2626); }
[data-status=idle] > .presence-avatar-status { --presence-status: var(--presence-idle, #d97706); }
[data-status=away] > .presence-avatar-status { --presence-status: var(--presence-away, #64748b); }
[data-status=away] > .presence-avatar { filter: saturate(.4); }
.presence-hidden {
  position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden; border: 0;
  clip-path: inset(50%); white-space: nowrap;
}
@media (forced-colors: active) {
  .presence-cursor > svg { stroke: CanvasText; }
  .presence-cursor-label, .presence-avatar { border-color: CanvasText; }
  .presence-avatar-status { forced-color-adjust: none; border-color: Canvas; }
}
`;

const adopted = new WeakSet();

/** Brings the styles to the page or shadow root of an element, once. A strict content security policy allows that. */
export function adoptStyles(element) {
  const root = element.getRootNode();
  const { defaultView } = element.ownerDocument;
  if (!root.adoptedStyleSheets || !defaultView || adopted.has(root)) return;
  adopted.add(root);
  const sheet = new defaultView.CSSStyleSheet();
  sheet.replaceSync(STYLES);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
