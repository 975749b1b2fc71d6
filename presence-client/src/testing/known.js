/** What a client that gets its roster in parts was told; as a node does, by slots, which this board uses once each. */
export class KnownMembers {
  limit;

  #slots = new Set();

  constructor(limit) {
    this.limit = limit;
  }

  /** What of a change the client is told, and who else, so that it knows as many as it asked for. */
  changeOf({ left, updated }, all) {
    const told = left.filter(({ slot }) => this.#slots.delete(slot));
    const known = updated.filter(({ slot }) => this.#slots.has(slot));
    return { left: told, joined: this.fill(all), updated: known };
  }

  /** Those that are missing to the limit; they count as told. */
  fill(all) {
    return this.take(all, 0, this.limit - this.#slots.size);
  }

  /** Those of them that were not told, in the order of slots; they count as told. */
  take(members, from = 0, most = Infinity) {
    const taken = this.#unknown(members, from).slice(0, Math.max(0, most));
    for (const { slot } of taken) this.#slots.add(slot);
    return taken;
  }

  /** The least slot of a member that was not told yet, from a slot on; 0 if all were. */
  next(members, from = 0) {
    return this.#unknown(members, from)[0]?.slot ?? 0;
  }

  #unknown(members, from) {
    return members.filter(({ slot }) => slot >= from && !this.#slots.has(slot)).sort((a, b) => a.slot - b.slot);
  }
}
