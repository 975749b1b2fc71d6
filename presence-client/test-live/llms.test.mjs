// llms.txt: its examples run as they are, but for the node's ports.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { startNode } from '../test-browser/service.mjs';
import { connect } from '../src/presence-client.js';

const run = promisify(execFile);
const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const skip = process.env.PRESENCE_JAR || required ? false : 'NOT RUN: PRESENCE_JAR is not set';
const PATIENCE_MS = 60_000;

const text = await readFile(new URL('../../llms.txt', import.meta.url), 'utf8');
const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({ language, code }));
const [build, ask] = blocks.filter(({ language }) => language === 'sh').map(({ code }) => code);
const [join, check] = blocks.filter(({ language }) => language === 'js').map(({ code }) => code);

let node;
let folder;
if (!skip) {
  before(async () => {
    // In the package's own folder, where its name leads to itself.
    const target = fileURLToPath(new URL('../target', import.meta.url));
    await mkdir(target, { recursive: true });
    folder = await mkdtemp(`${target}/llms-`);
    const [, token] = /PRESENCE_API_TOKEN=(\w+) java -jar/.exec(build);
    node = await startNode({ PRESENCE_API_TOKEN: token });
  });
  after(async () => {
    await node?.kill();
    if (folder) await rm(folder, { recursive: true });
  });
}

const withPorts = (code) => code.replaceAll(':3001', `:${node.port}`).replaceAll('localhost:9464', `127.0.0.1:${node.opsPort}`);

test('it has the form of an llms.txt, and no example is left out here', () => {
  assert.match(text, /^# .+\n\n> .+\n\n/);
  assert.equal(blocks.length, 4);
  const [, ...sections] = text.split(/^## /m);
  assert.ok(sections.length > 1);
  for (const section of sections) {
    const [, ...lines] = section.trim().split('\n');
    for (const line of lines.filter(Boolean)) assert.match(line, /^- \[[^\]]+\]\([^)]+\)/);
  }
});

test('the member of the example sees another one, and is seen', { skip, timeout: PATIENCE_MS }, async () => {
  const example = `${folder}/join.mjs`;
  // Node 20 has no WebSocket of its own.
  await writeFile(example, `import { WebSocket } from 'ws';\nglobalThis.WebSocket ??= WebSocket;\n${withPorts(join)}`);
  const child = spawn(process.execPath, [example], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** Reads on until a line of each pattern came, in any order. */
  const printed = async (...patterns) => {
    while (patterns.length > 0) {
      const { value, done } = await lines.next();
      assert.ok(!done, `the example ended before ${patterns}`);
      patterns = patterns.filter((pattern) => !pattern.test(value));
    }
  };
  const connection = connect(node.ws, { WebSocket });
  try {
    const room = await connection.join('board-42', { name: 'Bob' });
    const seen = new Promise((resolve) => {
      const look = () => {
        const [ada] = room.others;
        if (ada?.state.tool && ada.cursor) resolve(ada);
      };
      for (const event of ['members', 'cursor']) room.on(event, look);
      look();
    });
    const ada = await seen;
    assert.deepEqual([ada.name, ada.color, ada.state], ['Ada', '#e91e63', { tool: 'pen' }]);
    assert.deepEqual([ada.cursor.x, ada.cursor.y], [120, 80]);
    await printed(/^here: .*'Bob'/);
    room.cursor(7, 8);
    room.signal('wave', { from: 'Bob' });
    await printed(/^Bob is at .*x: 7/, /^Bob sends wave { from: 'Bob' }/);
  } finally {
    connection.close();
    child.kill();
    await ended;
  }
});

test('the node answers what the example asks', { skip, timeout: PATIENCE_MS }, async () => {
  const connection = connect(node.ws, { WebSocket });
  try {
    await connection.join('board-42', { name: 'Cid' });
    const { stdout } = await run('bash', ['-euc', withPorts(ask)]);
    assert.match(stdout, /"Cid"/);
  } finally {
    connection.close();
  }
});

test('the test without a server passes', { skip, timeout: PATIENCE_MS }, async () => {
  const example = `${folder}/check.test.mjs`;
  await writeFile(example, check);
  // Otherwise its runner would report to the one of this file.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', example], { env });
  assert.match(stdout, /# pass 1\n/);
  assert.match(stdout, /# fail 0\n/);
});
