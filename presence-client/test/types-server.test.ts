// Checked by tsc and never run.
import {
  createApi, createToken, importKey, PresenceApiError, verifyWebhook, WebhookError,
  type ApiAnswer, type ApiPath, type ApiRequest, type PagedPath, type PresenceEvent, type TokenOptions, type VerifiedWebhook,
} from 'presence-client/server';

const options: TokenOptions = { secret: 's', user: 'ada', boards: { 'team-7/*': ['join', 'signal'] }, ttlSeconds: 60 };
const token: string = await createToken(options);
const key: CryptoKey = await importKey({ kty: 'EC' });
void createToken({ key, user: 'ada', board: 'b', rights: ['watch'], notBefore: new Date(), audience: ['one', 'two'] });
// @ts-expect-error: a token is somebody's
void createToken({ secret: 's', board: 'b' });
// @ts-expect-error: there is no such right
void createToken({ secret: 's', user: 'ada', board: 'b', rights: ['admin'] });

const api = createApi({ url: new URL('http://presence.internal:9464'), token, timeoutMs: 1000, retries: 0, fetch });
// @ts-expect-error: an API is somewhere
createApi({ token });

const path = { board: 'board-42' };
const { members, next } = await api.get('/boards/{board}/members', { path, query: { limit: 10, after: undefined } });
const shown: [string | undefined, Record<string, string> | undefined, string | null] = [members[0]?.name, members[0]?.state, next];
const counts: number = (await api.get('/boards/{board}/counts', { path, timeoutMs: 500 })).members;
const boards: ApiAnswer<'/boards', 'get'> = await api.get('/boards');
const kicked: { kicked: number; pending: number } = await api.post('/kicks', { body: { user_id: 'bob', reason: undefined } });
const lifted = await api.delete('/bans', { query: { user_id: 'bob' }, signal: AbortSignal.timeout(5) });
const request: ApiRequest<'/boards/{board}/signals', 'post'> = { path, body: { type: 'notice' } };
void [shown, counts, boards.total, kicked, lifted, api.post('/boards/{board}/signals', request)];
// @ts-expect-error: which board
void api.get('/boards/{board}/members');
// @ts-expect-error: a signal has a type
void api.post('/boards/{board}/signals', { path, body: { payload: '1' } });
// @ts-expect-error: what is lifted is somebody's
void api.delete('/bans', { query: { user_id: undefined } });
// @ts-expect-error: no such path
void api.get('/rooms');
// @ts-expect-error: boards are not deleted
void api.delete('/boards');
// @ts-expect-error: no such field
void members[0]?.cursor;
// @ts-expect-error: streams are read by liveEvents
void api.get('/events/live');
const known: ApiPath<'post'> = '/users/online';
const paged: PagedPath = '/events';
// @ts-expect-error: this has no pages
const whole: PagedPath = '/boards/{board}/counts';
void [known, paged, whole];
for await (const page of api.pages('/boards')) void page.boards[0]?.users;
for await (const { events } of api.pages('/events', { query: { kind: ['member.left'] } })) void events.map(told);

for await (const event of api.liveEvents({ after: '1-0', kind: 'member.joined', onGap() {} })) told(event);
void api.liveEvents();
// @ts-expect-error: no such kind
void api.liveEvents({ kind: ['member.moved'] });

function told(event: PresenceEvent): string | number | undefined {
  switch (event.kind) {
    case 'member.joined': return event.data.name ?? event.data.status;
    case 'member.left': return event.data.duration_ms + event.data.reason.length + event.board.length;
    case 'signal': return event.data.payload;
    case 'user.online': return event.user_id;
    // @ts-expect-error: a board has no member
    case 'board.opened': return event.member_id.length;
    default: return event.node;
  }
}

const webhook: VerifiedWebhook = await verifyWebhook({ secret: ['a', 'b'], headers: new Headers(), body: new Uint8Array(), toleranceSeconds: 60 });
void verifyWebhook({ secret: 'a', headers: { 'webhook-id': 'x', others: ['1', '2'], none: undefined }, body: '' });
void webhook.events.map(told);
// @ts-expect-error: the raw body
void verifyWebhook({ secret: 'a', headers: {}, body: { type: 'presence.events' } });

const error: unknown = null;
if (error instanceof PresenceApiError) void [error.code.length, error.status.toFixed()];
if (error instanceof WebhookError && error.code === 'signature_invalid') void error.message;
// @ts-expect-error: no such code
if (error instanceof WebhookError && error.code === 'expired') void error;
