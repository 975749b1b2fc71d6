// The page with all that it can show, in light, in dark and in the system's colours: axe finds nothing wrong.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { bringIn, examine, launchBrowser, startNode, untilLive, visit, withParameters } from './tools.mjs';

const MEMBERS = [
  { name: 'Somebody with quite a long name', color: '#d67805', status: 'active', at: [500, 300] },
  { name: 'علي محمد', color: '#0047ff', status: 'idle', at: [700, 300], state: { chat: 'مرحبا' } },
  { name: '👩🏽‍💻 Bo', color: '#777777', status: 'away', at: [900, 300] },
  { name: 'Li', color: '#c90000', status: 'busy', at: [5000, 400] },
  { name: 'Zoë', color: '#84cc16', status: 'active', at: [5000, 400] },
];
const LOOKS = {
  'in light': { colorScheme: 'light' },
  'in dark': { colorScheme: 'dark' },
  'in forced colours': { forcedColors: 'active', colorScheme: 'light' },
  'in forced colours, dark': { forcedColors: 'active', colorScheme: 'dark' },
};
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

let node;
let browser;
let count = 0;
before(async () => {
  [node, browser] = await Promise.all([startNode(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await node?.kill();
});

/** A board with company, which moves nothing while axe looks. */
async function enter(options) {
  const board = `axe-${count += 1}`;
  const address = withParameters(node.page, { board, name: 'Ada' }).href;
  const page = await visit(browser, address, { reducedMotion: 'reduce', ...options });
  page.findings = [];
  await untilLive(page);
  const crew = await bringIn(browser, node, board, MEMBERS);
  return { page, crew, close: () => Promise.all([page, crew].map((one) => one.context().close())) };
}

/** The board's dots are a picture: with one behind it, axe judges no text. */
const withoutDots = (page) => page.evaluate(() =>
  document.getElementById('board').style.setProperty('background', 'var(--surface)'));

/** Adds what axe finds in this part of the page to `page.findings`, also if it judged fewer texts than that. */
async function look(page, part, texts = 1) {
  const { violations, passed } = await examine(page);
  page.findings.push(...violations.map((violation) => `${part}: ${violation}`));
  const judged = passed['color-contrast'] ?? 0;
  if (judged < texts) page.findings.push(`${part}: the contrast of ${judged} texts was measured, and not of ${texts}`);
}

for (const [name, options] of Object.entries(LOOKS)) {
  test(`axe finds nothing wrong ${name}`, async () => {
    const { page, close } = await enter(options);
    await withoutDots(page);
    await page.locator('[data-testid=cursor]').nth(2).waitFor();
    await page.locator('[data-testid=hint]').first().waitFor();
    await look(page, 'the greeting', 10);
    await page.keyboard.press('n');
    await page.mouse.click(300, 500);
    await page.keyboard.type('Ship it on Friday');
    await look(page, 'a note that is edited');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.keyboard.press('r');
    await page.mouse.move(600, 450);
    await page.mouse.down();
    await page.mouse.move(760, 560, { steps: 3 });
    await page.mouse.up();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.keyboard.press('b');
    await page.getByTestId('toast').waitFor();
    await look(page, 'shapes, figures, colours and a message', 10);
    await page.keyboard.press('e');
    await page.keyboard.press('/');
    await page.keyboard.type('Hello');
    await look(page, 'reactions and words at the cursor');
    await page.keyboard.press('Escape');
    await page.locator('#count').click();
    await page.locator('#people:popover-open').waitFor();
    await look(page, 'the list of people', 15);
    await page.keyboard.press('Escape');
    await page.locator('[data-testid=avatar][data-name="Zoë"] button').click();
    await page.locator('#follow-frame').waitFor();
    await look(page, 'following', 10);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.locator('#help[open]').waitFor();
    // Of a modal dialog, axe does not know what is behind the text.
    await look(page, 'the help', 0);
    assert.deepEqual([page.findings, page.complaints], [[], []]);
    await close();
  });

  test(`axe finds nothing wrong ${name} on a phone`, async () => {
    const { page, close } = await enter({ ...PHONE, ...options });
    await withoutDots(page);
    await page.getByRole('button', { name: 'More', exact: true }).tap();
    await page.locator('[data-testid=hint]').first().waitFor();
    await look(page, 'a phone', 5);
    assert.deepEqual([page.findings, page.complaints], [[], []]);
    await close();
  });
}

test('in forced colours words have the system\'s colours, people and drawings their own', async () => {
  const { page, close } = await enter({ forcedColors: 'active', colorScheme: 'dark' });
  const long = '[data-name="Somebody with quite a long name"]';
  await page.locator(`[data-testid=cursor]${long}`).waitFor();
  await page.locator('[data-testid=hint]').first().waitFor();
  await page.keyboard.press('r');
  await page.mouse.click(300, 500);
  await page.keyboard.press('p');
  const styles = await page.evaluate((long) => {
    const probe = document.body.appendChild(document.createElement('i'));
    const system = (name) => {
      probe.style.color = name;
      return getComputedStyle(probe).color;
    };
    const style = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
    return {
      system: { text: system('CanvasText'), canvas: system('Canvas'), chosen: system('Highlight') },
      label: [style(`.cursor${long} .label`, 'color'), style(`.cursor${long} .label`, 'backgroundColor')],
      labelFrame: style(`.cursor${long} .label`, 'borderTopColor'),
      avatarFrame: style(`.avatar${long} .face`, 'borderTopColor'),
      arrow: style(`.cursor${long} .arrow path`, 'fill'),
      tool: style('.tools [aria-pressed="true"]', 'backgroundColor'),
      otherTool: style('.tools [aria-pressed="false"]', 'backgroundColor'),
      hint: style('.hint[data-name="Li"] .pointer', 'backgroundColor'),
      swatches: [...document.querySelectorAll('.palette .ink')].map((ink) => getComputedStyle(ink).backgroundColor),
      box: style('.shape.rect', 'borderTopColor'),
    };
  }, long);
  const { system } = styles;
  const [orange, red] = ['rgb(214, 120, 5)', 'rgb(201, 0, 0)'];
  assert.deepEqual(styles.label, [system.text, system.canvas]);
  assert.deepEqual([styles.labelFrame, styles.avatarFrame, styles.arrow, styles.hint], [orange, orange, orange, red]);
  assert.equal(styles.tool, system.chosen);
  assert.notEqual(styles.otherTool, system.chosen);
  assert.equal(new Set(styles.swatches).size, 10);
  assert.notEqual(styles.box, system.text);
  await close();
});
