// server.d.ts documents the API.
export { createApi, PresenceApiError } from './api.js';
export { createToken, importKey } from './token.js';
export { verifyWebhook, WebhookError } from './webhook.js';
