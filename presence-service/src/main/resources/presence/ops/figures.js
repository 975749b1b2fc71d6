// Numbers, durations and histograms as people read them. Pure.

const WHOLE = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const TENTHS = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const UNITS = [['d', 86_400], ['h', 3_600], ['min', 60], ['s', 1]];

/** 12345 is "12,345". */
export function whole(number) {
  return WHOLE.format(number);
}

export function tenths(number) {
  return TENTHS.format(number);
}

/** 93784 seconds are "1 d 2 h": the two largest units. */
export function duration(seconds) {
  const from = UNITS.findIndex(([, size]) => seconds >= size);
  if (from < 0) return '0 s';
  const parts = [];
  let rest = seconds;
  for (const [unit, size] of UNITS.slice(from, from + 2)) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

/** Milliseconds since 1970 as local day and time: "2026-11-30", "11:48:32". */
export function clock(ms) {
  const date = new Date(ms);
  const two = (number) => String(number).padStart(2, '0');
  return {
    day: [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-'),
    time: [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':'),
  };
}

/** "publish_failures" is "publish failures". */
export function words(name) {
  return name.replaceAll('_', ' ');
}

/**
 * What a histogram counted between two answers of the node, by bucket and not cumulative.
 *
 * @param before null: since the start of the node
 * @returns {{ count: number, buckets: { upTo: number, count: number }[] }} the last bucket is up to Infinity
 */
export function difference(now, before) {
  const counted = (histogram, at) => histogram?.buckets[at]?.count ?? 0;
  const buckets = now.buckets.map(({ le_ms: upTo }, at) => ({
    upTo,
    count: counted(now, at) - counted(before, at) - (at ? counted(now, at - 1) - counted(before, at - 1) : 0),
  }));
  const count = now.count - (before?.count ?? 0);
  const known = buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  // The node reads its counters one after the other.
  buckets.push({ upTo: Infinity, count: Math.max(0, count - known) });
  return { count, buckets };
}

/** The bound of the bucket in which this share of the values ends; null without values. */
export function percentile({ buckets }, share) {
  const all = buckets.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { upTo, count } of buckets) {
    seen += count;
    if (seen > 0 && seen >= share * all) return upTo;
  }
  return null;
}

/** "≤ 5 ms", "> 1,000 ms". */
export function bound(upTo, largest) {
  return upTo === Infinity ? `> ${whole(largest)} ms` : `≤ ${whole(upTo)} ms`;
}
