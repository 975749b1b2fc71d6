// The guides of docs/guides: their examples run as they are, but for the node's ports. Those for browsers: test-browser/guides.test.mjs.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';
import { connect } from '../src/presence-client.js';
import '../src/presence-locks.js';
import { startNode } from '../test-browser/service.mjs';
import { until } from './until.mjs';

const run = promisify(execFile);
const required = process.env.PRESENCE_TEST_REQUIRE_TOOLS === 'true';
const skip = process.env.PRESENCE_JAR || required ? false : 'NOT RUN: PRESENCE_JAR is not set';
const API_TOKEN = 'fedcba9876543210fedcba9876543210';
const PATIENCE_MS = 30_000;

let node;
let folder;
const connections = [];
if (!skip) {
  before(async () => {
    // In the package's own folder, where its name leads to itself.
    const target = fileURLToPath(new URL('../target', import.meta.url));
    await mkdir(target, { recursive: true });
    folder = await mkdtemp(`${target}/guides-`);
    node = await startNode({ PRESENCE_API_TOKEN: API_TOKEN });
    // Node 20 has no WebSocket of its own.
    globalThis.WebSocket ??= WebSocket;
  });
  after(async () => {
    for (const connection of connections) connection.close();
    await node?.kill();
    if (folder) await rm(folder, { recursive: true });
  });
}

async function blocksOf(guide) {
  const text = await readFile(new URL(`../../docs/guides/${guide}.md`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, code]) => ({ language, code }));
}

const codeOf = (blocks, language) => blocks.filter((block) => block.language === language).map(({ code }) => code);
const withPorts = (code) => code.replaceAll(':3001', `:${node.port}`).replaceAll('localhost:9464', `127.0.0.1:${node.opsPort}`);

/** Runs an example as a module, with what it takes for given, and returns what it exports and its connection. */
async function load(name, code, given) {
  Object.assign(globalThis, given);
  const file = `${folder}/${name}.mjs`;
  await writeFile(file, `${withPorts(code)}\nexport { connection };\n`);
  const loaded = await import(pathToFileURL(file));
  connections.push(loaded.connection);
  return loaded;
}

async function enter(board, profile) {
  const connection = connect(node.ws, { WebSocket });
  connections.push(connection);
  return connection.join(board, profile);
}

test('no example of the guides is left out here and in test-browser', async () => {
  const languages = async (guide) => (await blocksOf(guide)).map(({ language }) => language);
  assert.deepEqual(await languages('who-is-online'), ['html', 'jsx', 'js', 'sh']);
  assert.deepEqual(await languages('lock-while-editing'), ['js', 'sql', 'sql']);
  assert.deepEqual(await languages('let-an-ai-agent-join'), ['sh', 'sh', 'sh', 'js', 'js']);
});

test('a page that lists teams sees who is there, and a backend who is online', { skip, timeout: PATIENCE_MS }, async () => {
  const blocks = await blocksOf('who-is-online');
  const [watching] = codeOf(blocks, 'js');
  const shown = {};
  await load('watching', watching, { showTeam: (board, users, names) => { shown[board] = [users, names]; } });
  await Promise.all([['u17', 'Ada'], ['u17', 'Ada'], ['u19', 'Cy']].map(([userId, name]) => enter('team-7', { userId, name })));
  await until(() => shown['team-7']?.[0] === 2 && shown['team-7'][1].length === 3 && shown['team-8']?.[0] === 0, PATIENCE_MS);

  const [ask] = codeOf(blocks, 'sh');
  const { stdout } = await run('bash', ['-c', withPorts(ask)], { env: { ...process.env, PRESENCE_API_TOKEN: API_TOKEN } });
  assert.deepEqual(JSON.parse(stdout), { online: ['u17'] });
});

test('a page locks what it edits, and gives way to another one', { skip, timeout: PATIENCE_MS }, async () => {
  const [code] = codeOf(await blocksOf('lock-while-editing'), 'js');
  const seen = { editors: [], said: [], saved: [], editor: null, closed: 0 };
  const { edit } = await load('editing', code, {
    showEditors: (editors) => { seen.editors = editors; },
    say: (text) => seen.said.push(text),
    openEditor: (id, on) => {
      seen.editor = { id, ...on };
      return { close: () => { seen.closed++; } };
    },
    save: (...saved) => seen.saved.push(saved),
  });
  const bob = await enter('board-42', { userId: 'u18', name: 'Bob', locks: true });

  await edit('note-1');
  await assert.rejects(bob.lock('note-1'), ({ code: is, holder }) => is === 'lock_denied' && holder.name === 'Ada');
  seen.editor.onSave('text');
  const [[id, text, fencing]] = seen.saved;
  assert.deepEqual([seen.editor.id, id, text], ['note-1', 'note-1', 'text']);
  seen.editor.onClose();

  const theirs = await bob.lock('note-1', { wait: true });
  assert.ok(theirs.fencing > fencing);
  await until(() => seen.editors.length === 1, PATIENCE_MS);
  assert.deepEqual(seen.editors, [['note-1', 'Bob']]);
  await edit('note-1');
  assert.deepEqual([seen.said, seen.closed], [['Bob edits this'], 0]);
});

test('a store refuses the save of a page that is late', { skip }, async () => {
  const [column, save] = codeOf(await blocksOf('lock-while-editing'), 'sql');
  const program = `
import json, sqlite3, sys
column, save = json.load(sys.stdin)
db = sqlite3.connect(":memory:")
db.execute("CREATE TABLE notes (id TEXT, text TEXT)")
db.execute("INSERT INTO notes VALUES ('note-1', '')")
db.execute(column)
for text, fencing in [("first", 5), ("second", 7), ("late", 5), ("again", 7)]:
    print(db.execute(save, {"id": "note-1", "text": text, "fencing": fencing}).rowcount)
print(*db.execute("SELECT text, fencing FROM notes").fetchone())
`;
  const running = run('python3', ['-c', program]);
  running.child.stdin.end(JSON.stringify([column, save]));
  assert.equal((await running).stdout, '1\n1\n0\n1\nagain 7\n');
});

test('a backend lets an agent join, move, speak and leave, and a page shows it', { skip, timeout: PATIENCE_MS }, async () => {
  const blocks = await blocksOf('let-an-ai-agent-join');
  const [backend, page] = codeOf(blocks, 'js');
  const seen = { members: [], said: [] };
  await load('agents', page, {
    showMembers: (members) => { seen.members = members; },
    bubble: (...said) => seen.said.push(said),
  });
  const watcher = await enter('board-42', { name: 'Bob' });
  const isShown = (...names) => seen.members.filter((name) => name.startsWith('✦')).join() === names.join();

  const [make, use, end] = codeOf(blocks, 'sh').map(withPorts);
  const bash = (code) => run('bash', ['-ec', code], { env: { ...process.env, PRESENCE_API_TOKEN: API_TOKEN } });
  const { stdout } = await bash(make);
  const { created, member_id: id } = JSON.parse(stdout);
  assert.equal(created, true);
  await until(() => isShown('✦ Assistant') && watcher.members.some((member) => member.id === id), PATIENCE_MS);
  await bash(`${make}\n${use}`);
  const agent = watcher.members.find((member) => member.id === id);
  await until(() => agent.cursor?.x === 420 && agent.cursor.y === 300 && seen.said.length === 1, PATIENCE_MS);
  assert.deepEqual([seen.said, agent.state.task], [[['Assistant', 'I have sorted the notes by topic.']], 'sorting notes']);
  await bash(`${make}\n${end}`);
  await until(() => isShown(), PATIENCE_MS);

  process.env.PRESENCE_API_TOKEN = API_TOKEN;
  const { work } = await load('worker', `${backend}\nconst connection = { close() {} };`, {});
  const model = async function* model(task) {
    await until(() => isShown('✦ Helper'), PATIENCE_MS);
    yield { x: 10, y: 20, say: `done: ${task}` };
    await until(() => seen.said.length === 2, PATIENCE_MS);
  };
  await work('tidying', model);
  assert.deepEqual(seen.said[1], ['Helper', 'done: tidying']);
  await until(() => isShown(), PATIENCE_MS);
});
