// Checked by tsc and never run: CommonJS that imports the ES modules.
import type { Room } from 'presence-client' with { 'resolution-mode': 'import' };

export async function join(board: string): Promise<Room> {
  const { connect } = await import('presence-client');
  return connect('wss://node').join(board);
}
