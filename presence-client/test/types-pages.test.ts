// Checked by tsc and never run.
import type { Connection, Room } from 'presence-client';
import { loadMembers, totalOf, type LoadedMembers, type LoadOptions } from 'presence-client/pages';

declare const connection: Connection;
const room: Room = await connection.join('hall', { rosterLimit: 100, counts: true });
const options: LoadOptions = { limit: 50 };
const page: LoadedMembers = await loadMembers(room, options);
const total: number = totalOf(room);
void [page.members[0]!.name, page.complete, total];
// @ts-expect-error: what was loaded does not change
page.complete = false;
// @ts-expect-error: a limit is a number
void loadMembers(room, { limit: 'all' });
// @ts-expect-error: the same
void connection.join('hall', { rosterLimit: 'all' });
