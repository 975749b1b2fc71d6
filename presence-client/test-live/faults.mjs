const FAULTS = {
  reset: 25, finish: 15, freeze: 20, delay: 15, split: 15, calm: 10, freezeAll: 2, refuseAll: 3, cutAll: 1,
};

/** Does something to the network every now and then, until `signal` aborts; then it is as new. */
export function spoil(proxies, random, signal, count) {
  let timer;
  const undo = new Set();
  const later = (ms, action) => {
    const entry = setTimeout(() => {
      undo.delete(entry);
      action();
    }, ms);
    undo.add(entry);
  };

  const strike = () => {
    const fault = random.weighted(FAULTS);
    const proxy = random.of(proxies);
    const link = [...proxy.links].at(-1);
    if (/All$/.test(fault) || link) count(fault);
    switch (fault) {
      case 'reset': link?.reset(); break;
      case 'finish': link?.finish(); break;
      case 'freeze':
        link?.freeze();
        // Longer than two heartbeats, sometimes.
        later(random.between(100, 3500), () => (random.next() < 0.7 ? link?.thaw() : link?.reset()));
        break;
      case 'delay': if (link) link.delayMs = random.between(5, 300); break;
      case 'split': if (link) link.pieces = 1 + random.below(12); break;
      case 'calm': link?.calm(); break;
      case 'freezeAll':
        for (const each of proxies) each.freeze();
        later(random.between(200, 2500), () => { for (const each of proxies) each.thaw(); });
        break;
      case 'refuseAll':
        for (const each of proxies) each.refusing = true;
        later(random.between(200, 2000), () => { for (const each of proxies) each.refusing = false; });
        break;
      case 'cutAll': for (const each of proxies) each.cut();
    }
    timer = setTimeout(strike, random.between(20, 250));
  };

  strike();
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    for (const entry of undo) clearTimeout(entry);
    for (const proxy of proxies) proxy.calm();
  }, { once: true });
}
