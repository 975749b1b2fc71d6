// WebKitGTK's small browser, over its WebDriver (https://w3c.github.io/webdriver/). It needs a display.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { until } from '../test-live/until.mjs';

const PATIENCE_MS = 30_000;

/** @param binary WebKitWebDriver; `browser` is what it drives, its own choice if absent */
export async function launchWebKit(binary, browser) {
  const port = await freePort();
  // Asked to end, the driver waits for the browser, which may go on: a group of their own is killed as one.
  const child = spawn(binary, [`--port=${port}`], { stdio: 'ignore', detached: true });
  const killed = () => process.kill(-child.pid, 'SIGKILL');
  process.once('exit', killed);
  const exited = once(child, 'exit');
  const driver = new Driver(`http://127.0.0.1:${port}`);
  await until(() => driver.ask('GET', '/status').then(() => true, () => false), PATIENCE_MS);
  const options = browser && { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } };
  const { sessionId, capabilities } = await driver.ask('POST', '/session', {
    capabilities: { alwaysMatch: { ...options, timeouts: { script: PATIENCE_MS } } },
  });
  const session = driver.below(`/session/${sessionId}`);
  // Stays open: without a window there is no other.
  const first = await session.ask('GET', '/window');
  return {
    name: `${capabilities.browserName} ${capabilities.browserVersion}`,
    async open(url) {
      // A tab would be hidden behind the first, where the driver waits for pointer actions without end.
      const { handle } = await inTurn(session, first, 'POST', '/window/new', { type: 'window' });
      const page = new WebKitPage(session, handle);
      await page.goto(url);
      return page;
    },
    async close() {
      await session.ask('DELETE', '');
      killed();
      await exited;
      process.off('exit', killed);
    },
  };
}

class Driver {
  #base;

  constructor(base) {
    this.#base = base;
  }

  below(path) {
    return new Driver(this.#base + path);
  }

  async ask(method, path, body) {
    const answer = await fetch(this.#base + path, {
      method, body: body && JSON.stringify(body), signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }
}

let turn = Promise.resolve();

/** Commands go to the window that was switched to last, so they run one after the other. */
function inTurn(session, handle, ...command) {
  const asked = turn.then(async () => {
    await session.ask('POST', '/window', { handle });
    return session.ask(...command);
  });
  turn = asked.catch(() => {});
  return asked;
}

class WebKitPage {
  #session;
  #handle;
  complaints = [];

  constructor(session, handle) {
    this.#session = session;
    this.#handle = handle;
  }

  goto(url) {
    return this.#ask('POST', '/url', { url });
  }

  reload() {
    return this.#ask('POST', '/refresh', {});
  }

  back() {
    return this.#ask('POST', '/back', {});
  }

  activate() {
    return this.#ask('GET', '/title');
  }

  close() {
    return this.#ask('DELETE', '/window');
  }

  async evaluate(action, ...details) {
    const script = `
      const [details, done] = arguments;
      (async () => JSON.stringify(await (${action})(...JSON.parse(details))))()
        .then((value) => done({ value }), (error) => done({ error: String(error) }));`;
    const { value, error } = await this.#ask('POST', '/execute/async', { script, args: [JSON.stringify(details)] });
    if (error) throw new Error(error);
    return value === undefined || value === null ? undefined : JSON.parse(value);
  }

  moveTo(x, y, ms = 0) {
    return this.#ask('POST', '/actions', { actions: [
      { type: 'pointer', id: 'mouse', actions: [{ type: 'pointerMove', x, y, duration: ms }] },
    ] });
  }

  async screenshot() {
    return Buffer.from(await this.#ask('GET', '/screenshot'), 'base64');
  }

  #ask(method, path, body) {
    return inTurn(this.#session, this.#handle, method, path, body);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
