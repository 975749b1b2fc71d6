// Checked by tsc and never run.
import type { Room } from 'presence-client';
import * as react from 'presence-client/react';
import * as svelte from 'presence-client/svelte';
import { densityOf, setViewport, type Density, type ViewportOptions, type ViewportRect } from 'presence-client/viewport';
import * as vue from 'presence-client/vue';
import { readable } from 'svelte/store';
import { ref } from 'vue';

declare const room: Room;
declare const box: DOMRect;
const options: ViewportOptions = { follow: new Set([room.others[0]!.id]) };
setViewport(room, box, options);
setViewport(room, null);
const rect: ViewportRect = { x: 0, y: 0, width: 1, height: 1 };
// @ts-expect-error: a rectangle has four numbers
setViewport(room, { x: 0, y: 0 });
// @ts-expect-error: ids, not members
setViewport(room, rect, { follow: room.others });
const density: Density | null = densityOf(room);
room.on('density', (now) => {
  // @ts-expect-error: there may be none
  const columns: number = now.columns;
  // @ts-expect-error: what is told does not change
  now!.counts[0] = 1;
  void columns;
});
react.useViewport(undefined);
react.useViewport(rect, options);
vue.useViewport(ref(rect), () => options);
vue.useViewport(null);
svelte.useViewport(readable(rect), readable(options));
svelte.useViewport(rect);
// @ts-expect-error: a component tells a rectangle, not a number
react.useViewport(3);
const shown: [Density | null, Density | null] = [react.useDensity(), vue.useDensity().value];
void [density, shown, svelte.useDensity()];
