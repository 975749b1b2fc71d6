// Checked by tsc and never run: CommonJS of Node.
import { connect, type Room } from 'presence-client';

export async function join(board: string): Promise<Room> {
  return connect('wss://node').join(board);
}
