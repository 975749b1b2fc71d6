// Accessibility of a page, as far as axe-core can tell.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const source = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Runs the rules of WCAG 2.2, A and AA, and axe-core's best practices.
 *
 * @returns {Promise<{ violations: string[], passed: Record<string, number> }>} what is wrong, by rule and element, and
 * how many elements passed each rule
 */
export async function examine(page) {
  // Evaluated, as the page's content security policy lets no script of another origin in.
  if (await page.evaluate(() => !globalThis.axe)) await page.evaluate(await source);
  return page.evaluate(async () => {
    const { violations, passes } = await globalThis.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    });
    return {
      violations: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`)),
      passed: Object.fromEntries(passes.map(({ id, nodes }) => [id, nodes.length])),
    };
  });
}
