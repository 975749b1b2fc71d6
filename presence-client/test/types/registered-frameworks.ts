// Checked by tsc and never run: composables and stores of an application that declares its types once.
import { get } from 'svelte/store';
import * as svelte from 'presence-client/svelte';
import * as vue from 'presence-client/vue';
import { is } from './is.js';

declare module 'presence-client' {
  interface Register {
    State: { tool: 'pen' | 'brush'; zoom?: number };
    Signals: { reaction: '🎉' | '👍'; nudge: undefined };
  }
}

export function inVue() {
  vue.provideRoom({ board: 'b', state: { tool: 'pen' } });
  is<('pen' | 'brush' | undefined)[]>()(vue.useOthers((others) => others.map(({ state }) => state.tool)).value);
  const tool = vue.useMyState('tool');
  is<'pen' | 'brush' | undefined>()(tool.value);
  tool.value = 'pen';
  vue.useSignal('reaction', (payload) => is<'🎉' | '👍'>()(payload))('🎉');
  vue.useSignal('nudge')();
  // @ts-expect-error a name that is not declared
  vue.provideRoom({ board: 'b', state: { tol: 'pen' } });
  // @ts-expect-error a value that is not declared
  tool.value = 'pencil';
  // @ts-expect-error a name that is not declared
  vue.useMyState('tol');
  // @ts-expect-error a payload that is not declared
  vue.useSignal('reaction')('🎈');
}

export function inSvelte() {
  svelte.provideRoom({ board: 'b', state: { tool: 'pen' } });
  is<('pen' | 'brush' | undefined)[]>()(get(svelte.useOthers((others) => others.map(({ state }) => state.tool))));
  const tool = svelte.useMyState('tool');
  is<'pen' | 'brush' | undefined>()(get(tool));
  tool.set('pen');
  svelte.useSignal('reaction', (payload) => is<'🎉' | '👍'>()(payload))('🎉');
  // @ts-expect-error a name that is not declared
  svelte.provideRoom({ board: 'b', state: { tol: 'pen' } });
  // @ts-expect-error a value that is not declared
  tool.set('pencil');
  // @ts-expect-error a name that is not declared
  svelte.useMyState('tol');
}
