// Chromium with one window, whose tabs hide each other. Playwright tells its pages that they have the focus, always.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import { until } from '../test-live/until.mjs';
import { CHROMIUM, QUIET } from './browser.mjs';

const LOAD_MS = 30_000;

/** Starts it; a tab that was hidden for more than ten seconds has its timers fire once a minute, not after five. */
export async function openWindow() {
  const profile = await mkdtemp(join(tmpdir(), 'presence-chromium-'));
  const chromium = spawn(CHROMIUM, [
    ...QUIET, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`,
    '--enable-features=IntensiveWakeUpThrottling:grace_period_seconds/1',
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(chromium, 'exit');
  const address = await new Promise((resolve, reject) => {
    const lines = [];
    createInterface({ input: chromium.stderr }).on('line', (line) => {
      lines.push(line);
      const [, url] = /listening on (ws:\S+)/.exec(line) ?? [];
      if (url) resolve(url);
    });
    exited.then(() => reject(new Error(`Chromium ended:\n${lines.join('\n')}`)));
  });
  const { call, disconnect } = await speakTo(address);
  return {
    /** A tab of that address, in front of the others, once it is loaded. */
    async openTab(url) {
      const { targetId } = await call('Target.createTarget', { url });
      const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true });
      const tab = {
        show: () => call('Target.activateTarget', { targetId }),
        /** What an expression is there; promises are waited for. */
        async value(expression) {
          const { result, exceptionDetails } = await call('Runtime.evaluate', {
            expression, awaitPromise: true, returnByValue: true,
          }, sessionId);
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
          return result.value;
        },
      };
      // While it goes there, there may be nothing to ask.
      const at = () => tab.value('location.href + document.readyState').catch(() => 'nowhere');
      await until(async () => await at() === `${url}complete`, LOAD_MS);
      return tab;
    },
    async close() {
      disconnect();
      chromium.kill();
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The DevTools protocol: numbered calls, each with one answer. */
async function speakTo(address) {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  const waiting = new Map();
  socket.on('message', (data) => {
    const { id, result, error } = JSON.parse(data);
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  let calls = 0;
  return {
    call: (method, params, sessionId) => new Promise((resolve, reject) => {
      waiting.set(++calls, { resolve, reject });
      socket.send(JSON.stringify({ id: calls, method, params, sessionId }));
    }),
    disconnect: () => socket.close(),
  };
}
