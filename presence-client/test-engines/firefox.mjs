// Firefox as it is distributed, over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';

const LISTENS = /WebDriver BiDi listening on (ws:\S+)/;
const PREFERENCES = {
  // Those for automation turn the cache of pages off.
  'remote.prefs.recommended': false,
  'fission.bfcacheInParent': true,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
};

export async function launchFirefox(binary) {
  const profile = await mkdtemp(join(tmpdir(), 'presence-firefox-'));
  await writeFile(join(profile, 'user.js'), Object.entries(PREFERENCES)
    .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
  const child = spawn(binary, ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0'], {
    env: { ...process.env, HOME: profile }, stdio: ['ignore', 'ignore', 'pipe'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const exited = once(child, 'exit');
  const log = [];
  const address = await new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      log.push(line);
      const found = LISTENS.exec(line);
      if (found) resolve(found[1]);
    });
    exited.then(() => reject(new Error(`Firefox ended:\n${log.join('\n')}`)));
  });
  const socket = new WebSocket(`${address}/session`);
  await once(socket, 'open');
  const bidi = new BiDi(socket);
  const { capabilities } = await bidi.ask('session.new', { capabilities: {} });
  await bidi.ask('session.subscribe', { events: ['log.entryAdded'] });
  return {
    name: `Firefox ${capabilities.browserVersion}`,
    async open(url) {
      const { context } = await bidi.ask('browsingContext.create', { type: 'tab' });
      const page = new FirefoxPage(bidi, context);
      await page.goto(url);
      return page;
    },
    async close() {
      socket.close();
      child.kill('SIGKILL');
      await exited;
      process.off('exit', killed);
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

class BiDi {
  #socket;
  #asked = new Map();
  #last = 0;
  complaints = new Map();

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const { id, result, error, message, method, params } = JSON.parse(text);
      if (method === 'log.entryAdded' && params.level === 'error') {
        const { context } = params.source;
        this.complaints.set(context, [...this.complaints.get(context) ?? [], params.text]);
      }
      const [resolve, reject] = this.#asked.get(id) ?? [];
      this.#asked.delete(id);
      if (error) reject?.(new Error(`${error}: ${message}`));
      else resolve?.(result);
    });
  }

  ask(method, params) {
    const id = ++this.#last;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#asked.set(id, [resolve, reject]));
  }
}

class FirefoxPage {
  #bidi;
  #context;

  constructor(bidi, context) {
    this.#bidi = bidi;
    this.#context = context;
  }

  get complaints() {
    return this.#bidi.complaints.get(this.#context) ?? [];
  }

  goto(url) {
    return this.#ask('browsingContext.navigate', { url, wait: 'complete' });
  }

  reload() {
    return this.#ask('browsingContext.reload', { wait: 'complete' });
  }

  back() {
    return this.#ask('browsingContext.traverseHistory', { delta: -1 });
  }

  activate() {
    return this.#ask('browsingContext.activate', {});
  }

  close() {
    return this.#ask('browsingContext.close', {});
  }

  async evaluate(action, ...details) {
    const { result, exceptionDetails } = await this.#bidi.ask('script.callFunction', {
      functionDeclaration: `async (details) => JSON.stringify(await (${action})(...JSON.parse(details)))`,
      arguments: [{ type: 'string', value: JSON.stringify(details) }],
      target: { context: this.#context },
      awaitPromise: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return result.value === undefined ? undefined : JSON.parse(result.value);
  }

  /** Moves the mouse there over `ms`. */
  moveTo(x, y, ms = 0) {
    return this.#ask('input.performActions', { actions: [
      { type: 'pointer', id: 'mouse', actions: [{ type: 'pointerMove', x, y, duration: ms }] },
    ] });
  }

  async screenshot() {
    const { data } = await this.#ask('browsingContext.captureScreenshot', {});
    return Buffer.from(data, 'base64');
  }

  #ask(method, params) {
    return this.#bidi.ask(method, { context: this.#context, ...params });
  }
}
