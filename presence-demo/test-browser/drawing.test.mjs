// The demo's tools, as one person uses them.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { launchBrowser, startNode, untilLive, visit, withParameters } from './tools.mjs';

let node;
let browser;
let page;
let boards = 0;

before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});
beforeEach(() => enter());
afterEach(async () => {
  const { complaints } = page;
  await page.context().close();
  assert.deepEqual(complaints, []);
});

async function enter(options) {
  await page?.context().close();
  const { href } = withParameters(node.page, { board: `drawing-${boards += 1}`, name: 'Ada' });
  page = await visit(browser, href, options);
  await untilLive(page);
}

const shapes = () => page.getByTestId('shape');
const button = (name) => page.getByRole('button', { name, exact: true });

async function drag(from, to, steps = 8) {
  await page.mouse.move(...from);
  await page.mouse.down();
  await page.mouse.move(...to, { steps });
  await page.mouse.up();
}

async function drawBox(from, to) {
  await page.keyboard.press('r');
  await drag(from, to);
}

async function writeNote(at, text) {
  await page.keyboard.press('n');
  await page.mouse.click(...at);
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
}

const sizeIs = (x, y, w, h) => page.waitForFunction(([place, width, height]) => {
  const { style } = document.querySelector('.shape');
  return style.transform === place && style.width === width && style.height === height;
}, [`translate(${x}px, ${y}px)`, `${w}px`, `${h}px`]);

test('a double click edits a note, and so does Enter where it is selected', async () => {
  await writeNote([400, 300], 'one');
  await page.mouse.dblclick(400, 300);
  await page.locator('.note-field').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type(' two');
  await page.keyboard.press('Escape');
  await page.locator('.note', { hasText: 'one two' }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.note-field').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type(' three');
  await page.keyboard.press('Escape');
  await page.locator('.note', { hasText: 'one two three' }).waitFor();
  assert.equal(await shapes().count(), 1);
});

test('Ctrl+A selects all, however many there are', async () => {
  await drawBox([300, 300], [330, 330]);
  for (const count of [2, 4, 8, 16, 32, 64]) {
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+v');
    await page.waitForFunction((count) => document.querySelectorAll('.shape').length === count, count);
  }
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await shapes().first().waitFor({ state: 'detached' });
});

test('a palm on the board neither deletes what the pen draws nor zooms', async () => {
  await enter({ hasTouch: true });
  await page.keyboard.press('p');
  const session = await page.context().newCDPSession(page);
  const pen = (type, x, y) => session.send('Input.dispatchMouseEvent', {
    type, x, y, pointerType: 'pen', button: 'left', buttons: type === 'mouseReleased' ? 0 : 1, clickCount: 1,
  });
  const palm = (type, ...points) => session.send('Input.dispatchTouchEvent', {
    type, touchPoints: points.map(([x, y], id) => ({ x, y, id })),
  });
  await pen('mousePressed', 300, 300);
  await pen('mouseMoved', 340, 320);
  await palm('touchStart', [500, 500]);
  for (let i = 1; i <= 5; i += 1) {
    await palm('touchMove', [500 + 20 * i, 500]);
    await pen('mouseMoved', 340 + 20 * i, 320 + 10 * i);
  }
  await palm('touchEnd');
  await pen('mouseReleased', 440, 370);
  assert.equal(await page.locator('.shape.pen').count(), 1);
  const box = await page.locator('.shape.pen path').boundingBox();
  assert.ok(box.width > 130, `${box.width} wide`);
  // Another time, the hand is there before the pen: what it began to draw goes.
  await palm('touchStart', [500, 500]);
  await palm('touchMove', [520, 500]);
  await pen('mousePressed', 300, 450);
  await palm('touchMove', [540, 500]);
  await pen('mouseMoved', 400, 480);
  await palm('touchMove', [560, 500]);
  await pen('mouseReleased', 400, 480);
  await palm('touchEnd');
  assert.equal(await page.locator('.shape.pen').count(), 2);
  assert.ok((await page.locator('.shape.pen path').last().boundingBox()).width > 90, 'the pen has drawn');
  assert.equal(await page.evaluate(() => document.getElementById('board').dataset.zoom), '1.000');
});

test('a corner resizes the selected shape', async () => {
  await drawBox([300, 300], [400, 380]);
  assert.equal(await page.locator('.outline.own .handle').count(), 4);
  await drag([405, 385], [505, 435]);
  await sizeIs(300, 300, 200, 130);
  await page.keyboard.press('Control+z');
  await sizeIs(300, 300, 100, 80);
});

test('arrows, texts and the eraser', async () => {
  await page.keyboard.press('a');
  await drag([300, 300], [450, 350]);
  await page.locator('.shape.arrow').waitFor();
  await page.keyboard.press('x');
  await page.mouse.click(500, 300);
  await page.keyboard.type('A heading');
  await page.keyboard.press('Escape');
  await page.locator('.shape.text', { hasText: 'A heading' }).waitFor();
  await button('Eraser').click();
  await drag([300, 340], [390, 320]);
  await page.locator('.shape.arrow').waitFor({ state: 'detached' });
  assert.equal(await shapes().count(), 1);
});

test('shapes are cut and pasted; a pasted text becomes a note', async () => {
  await drawBox([300, 300], [400, 380]);
  await page.keyboard.press('Control+x');
  await shapes().waitFor({ state: 'detached' });
  await page.keyboard.press('Control+v');
  await sizeIs(324, 324, 100, 80);
  await page.keyboard.press('Control+v');
  await page.waitForFunction(() => document.querySelectorAll('.shape').length === 2);
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', 'from elsewhere <b>');
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await page.locator('.note', { hasText: 'from elsewhere <b>' }).waitFor();
});

test('buttons take a step back and do it again', async () => {
  assert.ok(await button('Undo').isDisabled() && await button('Redo').isDisabled());
  await drawBox([300, 300], [400, 380]);
  await button('Undo').click();
  await shapes().waitFor({ state: 'detached' });
  assert.ok(await button('Undo').isDisabled());
  await button('Redo').click();
  await shapes().waitFor();
  assert.ok(await button('Redo').isDisabled());
});

test('the board is saved as PNG and as SVG', async () => {
  await drawBox([300, 300], [400, 380]);
  await writeNote([600, 300], 'saved');
  const save = async (format) => {
    await button('Save as a picture').click();
    const [download] = await Promise.all([page.waitForEvent('download'), button(`Save as ${format}`).click()]);
    assert.ok(download.suggestedFilename().endsWith(`.${format.toLowerCase()}`));
    return readFile(await download.path());
  };
  const svg = String(await save('SVG'));
  assert.ok(svg.startsWith('<svg') && svg.includes('saved'), svg);
  const png = await save('PNG');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  assert.ok(width > 600 && height > 200, `${width} x ${height}`);
});

test('the tools, the badge and the zoom are apart at every width', async () => {
  for (const width of [360, 640, 641, 999, 1000, 1100, 1279, 1280, 1379, 1380, 1600]) {
    await page.setViewportSize({ width, height: 720 });
    const boxes = await page.locator('#tools, #badge, #view-bar, .bar > .panel').evaluateAll((panels) => panels
      .map((panel) => [panel.id || panel.className, panel.getBoundingClientRect()])
      .filter(([, { width }]) => width > 0)
      .map(([name, { left, top, right, bottom }]) => ({ name, left, top, right, bottom })));
    for (const [i, a] of boxes.entries()) {
      assert.ok(a.left >= 8 && a.right <= width - 8, `${a.name} in ${width} px: ${JSON.stringify(a)}`);
      for (const b of boxes.slice(0, i)) {
        const gap = Math.max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom);
        assert.ok(gap >= 7, `${gap} px between ${a.name} and ${b.name} in ${width} px`);
      }
    }
  }
});

test('a note follows the direction of its text', async () => {
  await writeNote([400, 300], 'שלום');
  const directionOf = (selector) => page.locator(selector).evaluate((each) => getComputedStyle(each).direction);
  assert.equal(await directionOf('.note .text'), 'rtl');
  await page.mouse.dblclick(400, 300);
  assert.equal(await directionOf('.note-field'), 'rtl');
});

test('Esc in an input method drops its suggestion, not the writing', async () => {
  await page.keyboard.press('n');
  await page.mouse.click(400, 300);
  const press = (isComposing) => page.locator('.note-field').evaluate((field, isComposing) => {
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', isComposing, bubbles: true }));
  }, isComposing);
  await page.keyboard.type('at once');
  await press(true);
  assert.equal(await page.locator('.note-field').count(), 1);
  await press(false);
  await page.locator('.note-field').waitFor({ state: 'detached' });
});

test('where a visitor has chosen colours, what was drawn keeps its own', async () => {
  await drawBox([300, 300], [400, 380]);
  const colorOf = () => page.locator('.shape.rect').evaluate((box) => getComputedStyle(box).borderTopColor);
  const before = await colorOf();
  await page.emulateMedia({ forcedColors: 'active' });
  assert.equal(await colorOf(), before);
});
