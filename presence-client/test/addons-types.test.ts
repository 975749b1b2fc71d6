// Checked by tsc and never run: the add-ons, imported as users of the package do.
import { connect, type Member } from 'presence-client';
import { CursorPath, smoothCursors, type CursorLayer, type SmoothCursorsOptions } from 'presence-client/cursors';
import { safeColor, safeUrl } from 'presence-client/safe';
import { sharePointer, type SharedPointer, type SharePointerOptions } from 'presence-client/pointer';

function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

const room = await connect('wss://node').join('board-42');

const layer: CursorLayer = {
  show(member, x, y) {
    is<Member>()(member);
    is<number[]>()([x, y]);
  },
  hide: (member) => is<Member>()(member),
};
const options: SmoothCursorsOptions = { requestFrame: requestAnimationFrame, now: () => performance.now() };
const stop = smoothCursors(room, layer);
is<() => void>()(stop);
smoothCursors(room, layer, options)();
smoothCursors(room, layer, { requestFrame: (draw) => setTimeout(draw, 16) });

const path = new CursorPath(1, 2, 0);
is<void>()(path.moveTo(3, 4, 5, 10));
is<{ x: number; y: number; settled: boolean }>()(path.at(20));
is<{ x: number; y: number }>()(path.target);
is<number>()(path.delayMs);

const canvas = document.createElement('canvas');
const toBoard: SharePointerOptions = { toBoard: (event) => [event.clientX, event.pressure] };
const stopSharing: () => void = sharePointer(room, canvas);
is<SharedPointer>()(sharePointer(room, canvas, toBoard));
is<SharedPointer>()(sharePointer(Promise.resolve(room), canvas));
is<void>()(sharePointer(room, canvas).refresh());

// @ts-expect-error it must be able to hide
smoothCursors(room, { show() {} });
// @ts-expect-error when is missing
path.moveTo(1, 2, 3);
// @ts-expect-error to be read only
path.delayMs = 3;
// @ts-expect-error no element
sharePointer(room);
// @ts-expect-error two numbers
sharePointer(room, canvas, { toBoard: () => ({ x: 1, y: 2 }) });
// @ts-expect-error not from the core
import { smoothCursors as inCore } from 'presence-client';
is<string>()(safeColor(room.self?.color, 'gray'));
is<string>()(safeUrl({ any: 'thing' }));
// @ts-expect-error the fallback is text
safeColor('red', null);
