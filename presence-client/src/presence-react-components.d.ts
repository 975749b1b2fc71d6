/**
 * Components for React: the others' cursors, and who is here. Inside a `RoomProvider` of `presence-client/react`:
 *
 * ```jsx
 * <AvatarStack />
 * <Cursors style={{ height: '100vh' }}><Board /></Cursors>
 * ```
 *
 * They bring their styles with them, which variables and classes change; docs/react.md lists them. Names, colors and
 * pictures are written by other people: colors are checked, names are text, and pictures are loaded from `https:`,
 * `http:` and `data:` addresses only.
 *
 * @packageDocumentation
 */
import type { ComponentPropsWithoutRef, ElementType, ReactElement, ReactNode } from 'react';
import type { MemberSnapshot } from './presence-snapshots.js';

/**
 * An element that shares this user's pointer over it, and draws the others' cursors above its children, smoothly.
 * Moving cursors render nothing. What exceeds the element is clipped: let an element around it scroll, not this one.
 */
export function Cursors<Element extends ElementType = 'div'>(props: CursorsProps<Element>): ReactElement;

export type CursorsProps<Element extends ElementType = 'div'> = CursorsOptions<Element>
  & Omit<ComponentPropsWithoutRef<Element>, keyof CursorsOptions<Element>>;

export interface CursorsOptions<Element extends ElementType = 'div'> {
  /** Whether to share this user's pointer. Default: true. */
  share?: boolean | undefined;
  /** From an event over the element to board units. Default: pixels from the upper left corner of the element. */
  toBoard?: ((event: PointerEvent) => readonly [x: number, y: number]) | undefined;
  /** From board units to pixels of the element; another function draws all cursors anew, so when a board is panned or zoomed. */
  fromBoard?: ((x: number, y: number) => readonly [x: number, y: number]) | undefined;
  /** What stands beside a cursor. Default: the member's name. Hand over the same function with every rendering. */
  label?: ((member: MemberSnapshot) => ReactNode) | undefined;
  /** Which element to be. Default: `div`. */
  as?: Element | undefined;
  className?: string | undefined;
  children?: ReactNode;
}

/**
 * A list of who is on the board: one avatar for each user, however many tabs that is. It renders when a member
 * comes, goes or changes profile or status, not when state changes or cursors move.
 */
export function AvatarStack(props: AvatarStackProps): ReactElement;

export interface AvatarStackProps extends Omit<ComponentPropsWithoutRef<'ul'>, 'onSelect' | 'children'> {
  /** How many avatars to show; the rest is counted. Default: 5. */
  max?: number | undefined;
  /** Whether this user is shown, first. Default: true. */
  showSelf?: boolean | undefined;
  /** Whether pictures are loaded, from wherever the others say. Default: true. */
  images?: boolean | undefined;
  /** What screen readers call the list. Default: `On this board`. */
  label?: string | undefined;
  /** What screen readers and tooltips say of a person. Default: name, status, tabs. */
  describe?: ((person: Person) => string) | undefined;
  /** What they say of those who are not shown. */
  describeMore?: ((people: readonly Person[]) => string) | undefined;
  /** Makes each avatar a button, say for following. */
  onSelect?: ((person: Person) => void) | undefined;
}

/** A user with all members on the board. */
export interface Person {
  /** The user id; of an anonymous member, its id. */
  readonly id: string;
  readonly name: string;
  /** A color in any case: where the member's is none, one that stays the same for this user. */
  readonly color: string;
  /** As the member gave it: unchecked. */
  readonly avatarUrl: string;
  /** Of the members, the one that is most present. */
  readonly status: 'active' | 'busy' | 'idle' | 'away';
  readonly isSelf: boolean;
  /** For `useOther`. */
  readonly memberIds: readonly string[];
}
