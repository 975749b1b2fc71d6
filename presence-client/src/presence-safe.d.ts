/**
 * Lets colors and addresses that other people wrote into CSS and HTML, and nothing else.
 *
 * ```js
 * avatar.style.background = safeColor(member.color, 'gray');
 * avatar.src = safeUrl(member.avatarUrl, '/anonymous.svg');
 * ```
 *
 * What a member says about itself (name, color, avatarUrl …), its state and its signals come from another client, which may
 * be anything: `url(https://…)` as a color makes the browsers of all others fetch that, `javascript:` as an address
 * runs where it is clicked. Names and other text need no help where they are put in as text (`textContent`, React's children).
 *
 * @packageDocumentation
 */

/**
 * The value if it is one CSS color: `#` and 3, 4, 6 or 8 hex digits, a word such as `tomato` or `transparent`, or `rgb()`, `hsl()`,
 * `hwb()`, `lab()`, `lch()`, `oklab()`, `oklch()`, `color()` of numbers; at most 100 characters. A word need not be the name
 * of a color; what CSS does not know has no effect there. `var()` and `calc()` are not let through.
 *
 * @param value - of any type
 * @param fallback - for everything else; default: empty, which removes a declaration
 */
export function safeColor(value: unknown, fallback?: string): string;

/**
 * The value as an absolute address if it is one of `http:` or `https:`, and without a user name or password. Relative ones
 * are those of the page; where there is no page, as on a server, they are not let through. Quotes, parentheses, semicolons and
 * backslashes come back percent-encoded, so the result can also be put into CSS's `url()` and into an attribute.
 *
 * It does not say where the address leads: the owner of the host sees who loads an image from there. To load from your own
 * hosts only, set `img-src` in a content security policy.
 *
 * @param value - of any type
 * @param fallback - for everything else, such as `javascript:`, `data:` and `blob:`; default: empty
 */
export function safeUrl(value: unknown, fallback?: string): string;
