// Checked by tsc and never run: CommonJS under `node16`, which has no `require` of ES modules.
import type { Room } from 'presence-client' with { 'resolution-mode': 'import' };

export async function join(board: string): Promise<Room> {
  const { connect } = await import('presence-client');
  return connect('wss://node').join(board);
}
