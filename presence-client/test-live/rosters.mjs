/**
 * How what is seen differs from what is true: by every client of every board, and by the nodes' own answers.
 *
 * @returns the differences, and how many members were compared
 */
export async function compareRosters(participants, boards, nodes, apiToken) {
  const differences = participants.filter((one) => !one.settled).map((one) => `${one.name} is not back yet`);
  let compared = 0;
  for (const board of boards) {
    const seats = participants.map((one) => one.seats.get(board)).filter((seat) => seat);
    const truth = new Map(seats.map((seat) => [seat.room.self.id, seat.truth]));
    for (const seat of seats) {
      const seen = new Map(seat.room.members.map((member) => [member.id, member]));
      compared += seen.size;
      differences.push(...compare(`${seat.truth.name} on ${board}`, truth, seen));
    }
    for (const node of nodes) {
      const seen = await askNode(node, board, apiToken);
      compared += seen.size;
      differences.push(...compare(`node ${node.id.slice(0, 8)} on ${board}`, truth, seen));
    }
  }
  return { differences, compared };
}

function compare(viewer, truth, seen) {
  const differences = [];
  for (const [id, expected] of truth) {
    const actual = seen.get(id);
    if (!actual) differences.push(`${viewer} misses ${expected.name} (${id})`);
    for (const [field, value] of Object.entries(actual ? expected : {})) {
      // The nodes do not tell cursors.
      if (actual[field] === undefined) continue;
      // A seat that was left offline and taken again has a cursor, but shows none.
      if (field === 'cursor' && value === null && actual[field]?.hidden) continue;
      const [wanted, got] = [value, actual[field]].map(canonical);
      if (wanted !== got) differences.push(`${viewer} sees ${field} of ${expected.name} as ${got}, not ${wanted}`);
    }
  }
  for (const [id, { name }] of seen) if (!truth.has(id)) differences.push(`${viewer} sees a ghost of ${name} (${id})`);
  return differences;
}

function canonical(value) {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function askNode(node, board, apiToken) {
  const url = `http://127.0.0.1:${node.opsPort}/api/v1/boards/${encodeURIComponent(board)}/members?limit=1000`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${apiToken}` } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  const { members } = await answer.json();
  return new Map(members.map(({ member_id: id, name, color, status, state }) => {
    const values = Object.entries(state ?? {}).map(([key, text]) => [key, JSON.parse(Buffer.from(text, 'base64'))]);
    return [id, { name, color, status, state: Object.fromEntries(values) }];
  }));
}
