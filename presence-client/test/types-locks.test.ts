// Checked by tsc and never run.
import type { Room } from 'presence-client';
import 'presence-client/locks';
import type { HeldLock, Lock, LockOptions } from 'presence-client/locks';
import * as react from 'presence-client/react';
import * as svelte from 'presence-client/svelte';
import * as vue from 'presence-client/vue';

declare const room: Room;
const options: LockOptions = { ttl: 5000, wait: true, signal: new AbortController().signal };

async function edit(): Promise<void> {
  const lock: Lock = await room.lock('shape-1', options);
  const fencing: number = lock.fencing;
  lock.on('lost', (error) => void error.code);
  // @ts-expect-error: only the node grants
  lock.held = true;
  lock.release();
  void fencing;
}

room.on('locks', (locks) => {
  const first: HeldLock | undefined = locks[0];
  const name: string = first?.member?.name ?? '';
  // @ts-expect-error: the member of a lock may not be known
  void [first!.member.name, name];
});
// @ts-expect-error: a lock has a name
void [edit, room.lock()];

const shown: [readonly HeldLock[], readonly HeldLock[]] = [react.useLocks(), vue.useLocks().value];
const held: [Lock | null, Lock | null] = [react.useLock('a', { enabled: true, wait: false }).lock, vue.useLock(() => 'a', { ttl: 5000 }).value.lock];
const codes: (string | undefined)[] = [react.useLock('a').error?.code, vue.useLock('a').value.error?.code];
svelte.useLock('a', { wait: false }).subscribe(({ lock, error }) => [lock?.fencing, error?.code]);
// @ts-expect-error: a store is wanted while it has subscribers
svelte.useLock('a', { enabled: false });
void [shown, held, codes, svelte.useLocks()];
