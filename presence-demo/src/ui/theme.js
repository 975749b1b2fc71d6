const system = matchMedia('(prefers-color-scheme: dark)');
const KEY = 'presence.theme';
const root = document.documentElement;

/** Light or dark as the system says, until the visitor says otherwise. */
export function recallTheme() {
  try {
    const known = localStorage.getItem(KEY);
    if (known === 'light' || known === 'dark') root.dataset.theme = known;
  } catch {
    // Storage is forbidden here: as the system says.
  }
}

export function toggleTheme() {
  const now = root.dataset.theme ?? (system.matches ? 'dark' : 'light');
  const next = now === 'dark' ? 'light' : 'dark';
  const own = (next === 'dark') !== system.matches;
  if (own) root.dataset.theme = next;
  else delete root.dataset.theme;
  try {
    if (own) localStorage.setItem(KEY, next);
    else localStorage.removeItem(KEY);
  } catch {
    // As above: it lasts for one visit.
  }
}
