import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { bytesPerSecond, Figures, inMs, perSecond } from '../src/presence-panel.js';

test('figures are rates since the reading before, and kept between readings that are too close', () => {
  let now = 0;
  mock.method(performance, 'now', () => now);
  const probe = { framesIn: 10, framesOut: 2, bytesIn: 1000, bytesOut: 100, cursors: 0, connection: { rtt: 12 }, ages: () => [9, 1, 5] };
  const figures = new Figures(probe);
  assert.deepEqual(figures.read(), { renewed: false, rates: {}, age50: 5, age99: 9, rtt: 12 });
  now = 2000;
  Object.assign(probe, { framesIn: 70, cursors: 60 });
  const { renewed, rates } = figures.read();
  assert.equal(renewed, true);
  assert.deepEqual(rates, { framesIn: 30, framesOut: 0, bytesIn: 0, bytesOut: 0, cursors: 30 });
  now = 2100;
  probe.framesIn = 80;
  assert.deepEqual(figures.read().rates, rates);
  now = 3000;
  assert.equal(figures.read().rates.framesIn, 10);
  mock.restoreAll();
});

test('figures are readable', () => {
  assert.deepEqual([inMs(null), inMs(1.6), perSecond(), perSecond(1.25), perSecond(30.4)], ['–', '2 ms', '0.0', '1.3', '30']);
  assert.deepEqual([bytesPerSecond(1000), bytesPerSecond(1536)], ['1000 B/s', '1.5 KiB/s']);
});
