const system = matchMedia('(prefers-color-scheme: dark)');
const KEY = 'presence.theme';
const root = document.documentElement;

/** Sets the theme that the visitor chose before; without a choice the system's applies. */
export function recallTheme() {
  try {
    const known = localStorage.getItem(KEY);
    if (known === 'light' || known === 'dark') root.dataset.theme = known;
  } catch {
    // Storage is not available: the system's theme applies.
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
    // Storage is not available: the choice lasts for one visit.
  }
}
