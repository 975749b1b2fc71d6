import { boardsPage, boardId, invitation, peerPage, secondVisitor, throughNode } from './address.js';
import { iconButton } from './toolbar.js';
import { friendlyName, identity } from '../people/identity.js';
import { colorName, paint } from '../ui/colors.js';
import { $, icon } from '../ui/dom.js';
import { isComposing } from '../ui/keys.js';

/** The fixed buttons at the edges. */
export function wirePanels(acts, viewport) {
  const stats = iconButton('stats', 'Live figures', 'G', acts.stats);
  stats.id = 'stats-button';
  const theme = iconButton('theme', 'Light or dark', 'T', acts.theme);
  theme.id = 'theme-button';
  const level = iconButton('fit', 'Actual size', '0', acts.actualSize);
  level.id = 'zoom-level';
  level.classList.add('level');
  const showZoom = () => {
    const zoom = `${Math.round(viewport.zoom * 100)}%`;
    level.textContent = zoom;
    level.setAttribute('aria-label', `${zoom}, back to actual size`);
  };
  viewport.on('change', showZoom);
  showZoom();
  $('view-bar').append(
    iconButton('minus', 'Zoom out', '-', acts.zoomOut), level, iconButton('plus', 'Zoom in', '+', acts.zoomIn),
    iconButton('fit', 'Fit everything', 'F', acts.fit), stats,
    theme, iconButton('help', 'Help', '?', acts.help),
  );
  $('summon').append(icon('summon'));
  $('summon').addEventListener('click', acts.summon);
  $('more').append(icon('more'));
  $('more').addEventListener('click', () => {
    $('more').setAttribute('aria-expanded', document.body.classList.toggle('more'));
  });
  $('close-help').append(icon('close'));
  $('close-help').addEventListener('click', () => $('help').close());
  $('help').addEventListener('click', ({ target }) => target === $('help') && $('help').close());
  $('board-name').textContent = boardId;
  for (const id of ['board-name', 'all-boards']) $(id).href = boardsPage();
}

/**
 * @param tell what is new about this visitor, for the others
 * @returns shows who this visitor is
 */
export function wireIdentity(toolbar, tell) {
  $('me').addEventListener('submit', (event) => {
    event.preventDefault();
    $('name').blur();
  });
  $('name').addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || isComposing(event)) return;
    $('name').value = identity.name;
    $('name').blur();
  });
  $('name').addEventListener('change', () => {
    identity.rename($('name').value.trim() || friendlyName());
    show();
    tell({ name: identity.name });
  });
  $('color').addEventListener('click', () => {
    identity.recolor();
    show();
    tell({ color: identity.color });
  });
  show();
  return show;

  function show() {
    $('name').value = identity.name;
    $('name').size = Math.max(6, identity.name.length);
    paint($('me'), identity.color);
    $('color').setAttribute('aria-label', `Another colour for you, now ${colorName(identity.color)}`);
    paint($('chat'), identity.color);
    toolbar.showInk(identity.ink);
  }
}

export function wireInvitation(toasts) {
  $('second-tab').href = secondVisitor().href;
  $('copy-link').addEventListener('click', async () => {
    const { href } = invitation();
    try {
      await navigator.clipboard.writeText(href);
      toasts.notify('Link copied');
    } catch {
      // Only secure pages have a clipboard, and not all of them may use it.
      toasts.notify(href);
    }
  });
}

export function wireNodes(toasts) {
  const peer = peerPage();
  if (peer) $('peer-link').href = peer.href;
  $('peer-link').hidden = !peer;
  $('other-node').addEventListener('submit', (event) => {
    event.preventDefault();
    const link = throughNode($('node-address').value.trim());
    if (link) location.assign(link);
    else toasts.notify('That is no WebSocket address, such as ws://localhost:3002/ws');
  });
}

/** Greets on an empty board, until somebody begins. */
export function wireWelcome(shapes, tools) {
  let begun = false;
  const show = () => {
    begun ||= shapes.size > 0;
    $('welcome').classList.toggle('gone', begun);
    $('welcome').inert = begun;
  };
  const begin = () => {
    begun = true;
    show();
  };
  shapes.on('put', show);
  tools.on('change', begin);
  $('board').addEventListener('pointerdown', ({ target }) => target.closest('a, button') || begin());
  $('start').addEventListener('click', () => tools.use('pen'));
  return { show: (others) => { $('second-tab').hidden = others > 0; } };
}
