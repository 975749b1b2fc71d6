import { Emitter } from '../ui/emitter.js';
import { isSame } from './version.js';

const MOST_STEPS = 100;

/**
 * What this visitor did to the shapes, to take it back and to do it again. A step is all that one drag or one
 * key did. Both are new changes of the fields that the step changed, and only of those that no other page has
 * changed since; what another page deleted stays deleted, and what another member edits stays as it is.
 *
 * Event: `change`, when there is another step to take back or to do again.
 *
 * @typedef {import('./record.js').Field} Field
 * @typedef {Map<string, Map<string, { from?: Field, to?: Field }>>} Step the fields of each shape before and after
 */
export class History extends Emitter {
  #shapes;
  /** @type {Step[]} */
  #done = [];
  /** @type {Step[]} */
  #undone = [];
  /** @type {Step} the one that is going on */
  #step = new Map();
  #open = 0;
  #replaying = false;
  /** @type {WeakMap<Field, Field | undefined>} which earlier field one has brought back */
  #originals = new WeakMap();
  #isTaken;

  /** @param isTaken whether another member edits a shape */
  constructor(shapes, isTaken = () => false) {
    super();
    this.#isTaken = isTaken;
    this.#shapes = shapes;
    shapes.on('own', (id, writes) => this.#note(id, writes));
  }

  /** Everything until the `end` that belongs to it is one step. */
  begin() {
    this.#open += 1;
  }

  end() {
    this.#open -= 1;
    if (this.#open > 0) return;
    const step = new Map([...this.#step].filter(([, changes]) => isChange(changes)));
    this.#step = new Map();
    if (step.size === 0) return;
    this.#done = [...this.#done, step].slice(-MOST_STEPS);
    this.#undone = [];
    this.emit('change');
  }

  get canUndo() {
    return this.#done.length > 0;
  }

  get canRedo() {
    return this.#undone.length > 0;
  }

  undo() {
    this.#replay(this.#done, this.#undone, 'to', 'from');
  }

  redo() {
    this.#replay(this.#undone, this.#done, 'from', 'to');
  }

  #note(id, writes) {
    if (this.#replaying) return;
    const changes = this.#step.get(id) ?? new Map();
    this.#step.set(id, changes);
    for (const [name, { from, to }] of writes) {
      const known = changes.get(name);
      // Another page's change in between is not this visitor's to take back.
      changes.set(name, known && known.to === from ? { from: known.from, to } : { from, to });
    }
    if (this.#open > 0) return;
    // No drag: all of this very task is a step.
    this.begin();
    queueMicrotask(() => this.end());
  }

  #replay(stack, other, now, then) {
    if (this.#open > 0) return;
    const step = stack.pop();
    if (!step) return;
    this.#replaying = true;
    for (const [id, changes] of step) if (!this.#isTaken(id)) this.#bring(id, changes, now, then);
    this.#replaying = false;
    other.push(step);
    this.emit('change');
  }

  /** Brings a shape from one side of a step to the other. */
  #bring(id, changes, now, then) {
    const fields = this.#shapes.records.get(id)?.fields;
    const kind = changes.get('kind');
    if (kind && !this.#isStill(fields?.get('kind'), kind[now])) return;
    const wanted = kind?.[then]?.value ?? null;
    if (kind && wanted === null) {
      // As it is now, with what others changed, it comes back.
      for (const [name, field] of fields) changes.set(name, { ...changes.get(name), [now]: field });
      this.#write(id, new Map([['kind', kind[then]]]), { kind: null });
    } else {
      const mine = [...changes].filter(([name, change]) =>
        change[then] && (kind || this.#isStill(fields?.get(name), change[now])));
      const fieldsThen = new Map(mine.map(([name, change]) => [name, change[then]]));
      this.#write(id, fieldsThen, Object.fromEntries([...fieldsThen].map(([name, { value }]) => [name, value])));
    }
  }

  #write(id, originals, values) {
    const before = this.#shapes.records.get(id)?.fields;
    if (!before && values.kind === undefined) return;
    this.#shapes.write(id, values);
    const fields = this.#shapes.records.get(id)?.fields;
    for (const [name, original] of originals) {
      const field = fields?.get(name);
      if (field && field !== before?.get(name)) this.#originals.set(field, this.#originalOf(original));
    }
  }

  #isStill(field, expected) {
    const [one, other] = [this.#originalOf(field), this.#originalOf(expected)];
    return one && other ? isSame(one.version, other.version) : one === other;
  }

  #originalOf(field) {
    return this.#originals.has(field) ? this.#originals.get(field) : field;
  }
}

/** Whether anything is another way now: a shape that came and went is not. */
function isChange(changes) {
  const kind = changes.get('kind');
  return !kind || (kind.from?.value ?? null) !== (kind.to?.value ?? null);
}
