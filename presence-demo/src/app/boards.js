/** The boards that this browser has been on, the latest first. */
const KEY = 'presence.boards';
/** A node lets a page watch 200. */
const MOST = 60;
const FIRST_VISIT = ['lobby', 'planning', 'retrospective', 'roadmap'];

/** @param storage returns where they are kept; it may throw, as it does where storage is switched off */
export function rememberBoard(board, storage) {
  try {
    storage().setItem(KEY, JSON.stringify([board, ...recalled(storage).filter((other) => other !== board)].slice(0, MOST)));
  } catch {
    // Without storage the page of boards shows the same as at the first visit.
  }
}

/** The boards that the address names, `?boards=a,b`, or those that are remembered. */
export function boardsToShow(parameters, storage) {
  const named = (parameters.get('boards') ?? '').split(',').map((board) => board.trim()).filter(Boolean);
  const known = named.length ? named : recalled(storage);
  return [...new Set(known.length ? known : FIRST_VISIT)].slice(0, MOST);
}

function recalled(storage) {
  try {
    const boards = JSON.parse(storage().getItem(KEY));
    return Array.isArray(boards) ? boards.filter((board) => typeof board === 'string') : [];
  } catch {
    return [];
  }
}
