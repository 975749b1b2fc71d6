/**
 * Returns whether a key press belongs to an input method (IME) that composes text: Enter takes its suggestion there
 * and Escape discards it. Safari sends the last of them after `compositionend`, with the code 229 alone.
 *
 * @param {KeyboardEvent} event
 */
export const isComposing = ({ isComposing: composes, keyCode }) => composes === true || keyCode === 229;
