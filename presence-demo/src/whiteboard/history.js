const MOST_STEPS = 100;

/**
 * What this visitor did to the shapes, to take it back and to do it again. A step is all that one drag or one
 * key did.
 */
export class History {
  #shapes;
  #done = [];
  #undone = [];
  /** @type {Map<string, object | undefined>} the shapes of the step that is going on, as they were before */
  #before = new Map();
  #open = 0;
  #replaying = false;

  constructor(shapes) {
    this.#shapes = shapes;
    shapes.on('before', (id, shape) => this.#note(id, shape));
  }

  /** Everything until the `end` that belongs to it is one step. */
  begin() {
    this.#open += 1;
  }

  end() {
    this.#open -= 1;
    if (this.#open > 0) return;
    const step = [...this.#before].map(([id, from]) => ({ id, from, to: this.#shapes.get(id) }))
      .filter(({ from, to }) => from !== to);
    this.#before = new Map();
    if (step.length === 0) return;
    this.#done = [...this.#done, step].slice(-MOST_STEPS);
    this.#undone = [];
  }

  undo() {
    this.#replay(this.#done, this.#undone, 'from');
  }

  redo() {
    this.#replay(this.#undone, this.#done, 'to');
  }

  #note(id, shape) {
    if (this.#replaying) return;
    if (!this.#before.has(id)) this.#before.set(id, shape);
    if (this.#open > 0) return;
    // No drag: all of this very task is a step.
    this.begin();
    queueMicrotask(() => this.end());
  }

  #replay(stack, other, side) {
    if (this.#open > 0) return;
    const step = stack.pop();
    if (!step) return;
    this.#replaying = true;
    for (const entry of step) this.#shapes.restore(entry.id, entry[side]);
    this.#replaying = false;
    other.push(step);
  }
}
