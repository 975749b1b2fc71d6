// The examples of docs/operations/backend.md, word for word, against a real node.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import { startNode } from '../test-browser/service.mjs';

const PATIENCE_MS = 90_000;
const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const skip = process.env.PRESENCE_JAR || required ? false : 'NOT RUN: PRESENCE_JAR is not set';
const options = { skip, timeout: PATIENCE_MS };

const SECRETS = {
  PRESENCE_JWT_SECRET: '0123456789abcdef0123456789abcdef',
  PRESENCE_API_TOKEN: 'fedcba9876543210fedcba9876543210',
  WEBHOOK_SECRET: `whsec_${Buffer.from(Array.from({ length: 32 }, (_, i) => i * 8)).toString('base64')}`,
};
const BODY = JSON.stringify({ type: 'presence.events', data: { events: [{ board: 'bürd 🎉' }] } });

const page = await readFile(new URL('../../docs/operations/backend.md', import.meta.url), 'utf8');
const examples = new Map([...page.matchAll(/^<!-- ([\w.]+) -->\n```\w+\n([\s\S]*?)^```$/gm)].map(([, name, code]) => [name, code]));

const java = process.env.JAVA ?? 'java';
const QUICK = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
let compiling;
const compiled = () => compiling ??= printed(run(java.replace(/java$/, 'javac'), ...QUICK.map((option) => `-J${option}`), '-d', 'classes', 'Backend.java', {}));
const sh = (name) => ['bash', `${name}.sh`];
/** How each language runs what, and the programs that it needs. */
const LANGUAGES = {
  curl: {
    needs: ['curl', 'openssl'],
    run: (what, [id, timestamp, signature] = [], body = '') =>
      run(...sh(what), { env: { id, timestamp, signature, body: join(folder, 'body') }, files: { body } }),
    isGenuine: ({ code, stdout }) => code === 0 && /is genuine/.test(stdout),
  },
  Java: {
    needs: [java],
    // As the page says, once; then compiled, because the compiler takes longer than all else.
    run: (what, given = [], body = '') => what === 'token'
      ? run(java, ...QUICK, 'Backend.java', what, {})
      : compiled().then(() => run(java, ...QUICK, '-cp', 'classes', 'Backend', what, ...given, { input: body })),
    isGenuine: ({ stdout }) => stdout === 'true\n',
  },
  Python: {
    needs: ['python3'],
    run: (what, given = [], body = '') => run('python3', 'backend.py', what, ...given, { input: body }),
    isGenuine: ({ stdout }) => stdout === 'True\n',
  },
};

let node;
let folder;
if (!skip) {
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'presence-page-'));
    for (const [name, code] of examples) await writeFile(join(folder, name), code);
    node = await startNode({
      PRESENCE_AUTH: 'jwt', PRESENCE_JWT_SECRET: SECRETS.PRESENCE_JWT_SECRET, PRESENCE_API_TOKEN: SECRETS.PRESENCE_API_TOKEN,
    });
  });
  after(async () => {
    await node?.kill();
    await rm(folder, { recursive: true });
  });
}

/** Runs a program in the folder of the examples; resolves with its exit code and what it printed. */
async function run(program, ...parameters) {
  const { env = {}, files = {}, input = '' } = parameters.pop();
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return new Promise((resolve) => {
    const child = execFile(program, parameters, {
      cwd: folder, env: { ...process.env, ...SECRETS, PRESENCE_API: `http://127.0.0.1:${node.opsPort}`, ...env },
    }, (error, stdout, stderr) => resolve({ code: error ? error.code ?? 1 : 0, stdout, stderr }));
    // The program may end before it has read all.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** What a program printed that has to succeed. */
async function printed(running) {
  const { code, stdout, stderr } = await running;
  assert.equal(code, 0, stderr);
  return stdout;
}

test('no example is left out here', () => {
  assert.deepEqual([...examples.keys()], ['token.sh', 'members.sh', 'signal.sh', 'webhook.sh', 'Backend.java', 'backend.py']);
  assert.equal(page.match(/^```\w+$/gm).length, examples.size);
});

for (const [language, { needs, run: example, isGenuine }] of Object.entries(LANGUAGES)) {
  test(`${language}: a token, the members, a signal, a webhook`, options, async (t) => {
    const missing = needs.find((program) => spawnSync(program, ['--version']).error);
    if (missing) {
      assert.ok(!required, `${missing} is missing`);
      return t.diagnostic(`NOT RUN: needs ${missing}`);
    }
    const token = (await printed(example('token'))).trim();
    const connection = connect(node.ws, { token, WebSocket });
    try {
      await assert.rejects(connection.join('another'), { code: 'forbidden' });
      const room = await connection.join('board-42');
      assert.deepEqual([room.self.userId, room.self.name], ['user-17', 'Ada']);

      assert.match(await printed(example('members')), /user-17/);

      const signal = new Promise((resolve) => room.on('signal', resolve));
      assert.match(await printed(example('signal')), /sent/);
      const { member, type, payload } = await signal;
      assert.deepEqual([member, type, payload], [null, 'notice', 'back in five minutes']);
    } finally {
      connection.close();
    }

    const now = new Date();
    const timestamp = Math.floor(now.getTime() / 1000);
    const signed = (at, secret = SECRETS.WEBHOOK_SECRET) => new Webhook(secret).sign('evt_1', new Date(at * 1000), BODY);
    const other = signed(timestamp, `whsec_${Buffer.alloc(32).toString('base64')}`);
    const right = ['evt_1', String(timestamp), `${other} ${signed(timestamp)}`];
    assert.ok(isGenuine(await example('webhook', right, BODY)));
    const refused = [
      [right, `${BODY} `],
      [['evt_2', ...right.slice(1)], BODY],
      [['evt_1', String(timestamp + 1), right[2]], BODY],
      [['evt_1', String(timestamp), other], BODY],
      [['evt_1', String(timestamp - 400), signed(timestamp - 400)], BODY],
    ];
    // A JVM for each would take as long as all else.
    for (const [given, body] of language === 'Java' ? [refused[0], refused[4]] : refused) {
      assert.ok(!isGenuine(await example('webhook', given, body)), JSON.stringify(given));
    }
  });
}
