// Checked by tsc and never run.
import { createElement, type ReactElement } from 'react';
import type { MemberSnapshot } from 'presence-client/react';
import {
  AvatarStack, Cursors, type AvatarStackProps, type CursorsOptions, type CursorsProps, type Person,
} from 'presence-client/react-components';

/** Compiles only if the type is exactly the expected one, which `any` is not. */
function is<Expected>() {
  return <Actual>(_: Actual, ..._same: Same<Expected, Actual> extends true ? [] : [never]) => {};
}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;

is<ReactElement>()(Cursors({}));
is<ReactElement>()(AvatarStack({}));
const options: CursorsOptions = {
  share: false, toBoard: (event) => [event.clientX, event.pressure], fromBoard: (x, y) => [x * 2, y * 2],
  label: (member) => { is<MemberSnapshot>()(member); return member.name; },
};
const props: CursorsProps = { ...options, style: { height: '100vh' }, id: 'board', children: 'text' };
createElement(Cursors, props);
Cursors({ as: 'main', onClick: (event) => event.currentTarget.focus() });

const stack: AvatarStackProps = {
  max: 3, showSelf: false, images: false, label: 'Here', className: 'mine', style: { gap: 4 },
  describe: (person) => { is<Person>()(person); return person.name; },
  describeMore: (people) => `${people.length}`,
  onSelect: ({ memberIds }) => is<readonly string[]>()(memberIds),
};
createElement(AvatarStack, stack);

// @ts-expect-error a pair of numbers
Cursors({ fromBoard: (x, y) => ({ x, y }) });
// @ts-expect-error an attribute that a main element lacks
Cursors({ as: 'main', href: '/' });
// @ts-expect-error the avatars are the children
createElement(AvatarStack, { children: 'text' });
