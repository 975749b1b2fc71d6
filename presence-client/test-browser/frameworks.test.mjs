// The examples with Vue and Svelte: two people on one board, through a real node.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture, stageExample } from './example.mjs';

for (const framework of ['vue', 'svelte']) {
  test(`the example with ${framework} shows two people, their cursors, tools and reactions`, async (t) => {
    const stage = await stageExample(framework);
    t.after(() => stage.close());
    const [node] = stage.nodes;
    const ada = await stage.open(node, { name: 'Ada', color: '#4f46e5' });
    const grace = await stage.open(node, { name: 'Grace', color: 'url(https://evil.example)' });
    for (const page of [ada, grace]) {
      await page.waitForSelector('[data-testid=connection][data-state=open]');
      await page.waitForFunction(() => document.querySelectorAll('[data-testid=avatar]').length === 2);
    }
    await grace.mouse.move(500, 400, { steps: 8 });
    await ada.waitForFunction(() => {
      const cursor = document.querySelector('[data-testid=cursor][data-name=Grace]')?.getBoundingClientRect();
      return cursor && Math.abs(cursor.x - 500) <= 2 && Math.abs(cursor.y - 400) <= 2;
    });
    await ada.getByLabel('You are').fill('Ada L.');
    await grace.waitForSelector('[data-testid=avatar][data-name="Ada L."]');
    await ada.getByLabel('Tool', { exact: true }).selectOption('brush');
    await grace.getByText('Ada L. has the brush').waitFor();
    await ada.getByLabel('Tool', { exact: true }).selectOption('hand');
    await grace.getByText('Ada L. has the hand').waitFor();
    await ada.mouse.move(640, 300, { steps: 4 });
    await ada.getByRole('button', { name: '🎉' }).click();
    await grace.waitForSelector('[data-testid=reaction][data-from="Ada L."]');
    await picture(ada, `example-${framework}`);
    await grace.goto('about:blank');
    await ada.waitForFunction(() => !document.querySelector('[data-testid=cursor]'));
    assert.deepEqual([...ada.complaints, ...grace.complaints], []);
  });
}
