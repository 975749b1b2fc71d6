import assert from 'node:assert/strict';
import test from 'node:test';
import { safeColor, safeUrl } from '../src/presence-safe.js';

for (const color of [
  '#abc', '#ABCD', '#e91e63', '#e91e6380', 'tomato', 'transparent', 'rebeccaPurple', 'rgb(1,2,3)', 'rgba(1, 2, 3, .5)',
  'rgb(1 2 3 / 50%)', 'hsl(120deg 50% 50%)', 'hsla(120, 50%, 50%, 1e-1)', 'hwb(none 0% 0%)', 'lab(50% -20 +30)',
  'lch(50% 20 30)', 'oklab(0.5 0.1 -0.1)', 'oklch(60% 0.2 260)', 'color(display-p3 1 0 0)',
]) {
  test(`a color: ${color}`, () => assert.equal(safeColor(color), color));
}

for (const value of [
  '', '#', '#ab', '#abcde', '#abcdefabc', '#xyz', 'url(https://evil.example/a.png)', 'URL(a)', 'red url(a)', 'image-set(a)',
  'rgb(url(a))', 'color(url(a))', 'rgb(1,2,3) url(a)', 'red;background:url(a)', 'rgb(1;2)', 'rgb(1,2,3', 'red}', 'red{', 'red"',
  "red'", 'red<b>', 'red/**/', 'red\\', 'r\\65 d', '\\75rl(a)', 'rgb(\\75rl)', 'var(--x)', 'calc(1)', 'expression(1)', ' red',
  'red ', 'red\n', 'rgb(1,\n2,3)', 'javascript:alert(1)', 'a'.repeat(21), `rgb(${'1'.repeat(100)})`,
  undefined, null, 7, {}, ['red'], { toString: () => 'red' },
]) {
  test(`no color: ${JSON.stringify(value)}`, () => {
    assert.equal(safeColor(value), '');
    assert.equal(safeColor(value, 'gray'), 'gray');
  });
}

for (const [value, address] of [
  ['https://a.example/ada.png', 'https://a.example/ada.png'],
  ['http://a.example', 'http://a.example/'],
  ['HTTPS://A.example/?q=a b#"c"', 'https://a.example/?q=a%20b#%22c%22'],
  [`https://a.example/'"(a)\\b;?x=\\')#\\;`, 'https://a.example/%27%22%28a%29/b%3b?x=%5c%27%29#%5c%3b'],
  ['https://a.example/"><script>', 'https://a.example/%22%3E%3Cscript%3E'],
  [' https://a.example/\n', 'https://a.example/'],
]) {
  test(`an address: ${value}`, () => assert.equal(safeUrl(value), address));
}

for (const value of [
  '', 'a.png', '//a.example', 'javascript:alert(1)', 'JavaScript:alert(1)', ' java\tscript:alert(1)', '\u0001javascript:alert(1)',
  'data:text/html,<script>1</script>', 'data:image/svg+xml,<svg/>', 'blob:https://a.example/1', 'vbscript:a', 'file:///etc/passwd',
  'ftp://a.example', 'https://bank.example@evil.example/', 'https://:secret@a.example', 'https://', 'url(https://a.example)',
  undefined, null, 7, {}, new URL('https://a.example'), ['https://a.example'],
]) {
  test(`no address: ${JSON.stringify(value)}`, () => {
    assert.equal(safeUrl(value), '');
    assert.equal(safeUrl(value, '/anonymous.svg'), '/anonymous.svg');
  });
}

test('a relative address is one of the page', (t) => {
  t.after(() => delete globalThis.document);
  globalThis.document = { baseURI: 'https://app.example/board/42' };
  assert.equal(safeUrl('../ada.png'), 'https://app.example/ada.png');
  assert.equal(safeUrl('//other.example/a.png'), 'https://other.example/a.png');
  for (const value of ['javascript:alert(1)', '', ' \n']) assert.equal(safeUrl(value), '');
});
