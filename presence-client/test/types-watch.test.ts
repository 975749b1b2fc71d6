// Checked by tsc and never run.
import type { Connection } from 'presence-client';
import { useWatch } from 'presence-client/react';
import { watch, type WatchedBoard, type WatchedMember, type WatchOptions } from 'presence-client/watch';

declare const connection: Connection;
const options: WatchOptions = { avatars: 5 };
const stop: () => void = watch(connection, new Set(['b1']), options, (boards) => {
  const [first]: readonly WatchedBoard[] = boards;
  const people: readonly WatchedMember[] = first!.first;
  const users: number | null = first!.users;
  // @ts-expect-error: what is told does not change
  first!.members = 2;
  // @ts-expect-error: the number of users may not be known
  const sum: number = first!.members + first!.users;
  void [people[0]!.avatarUrl, users, first!.error, sum];
});
stop();
watch(connection, ['b1'], undefined, () => {});
// @ts-expect-error: a text is no list of boards of one name each
const wrong: readonly WatchedBoard[] = useWatch('b1');
const shown: readonly WatchedBoard[] = useWatch(['b1', 'b2'], { avatars: 3 });
void [wrong, shown];
