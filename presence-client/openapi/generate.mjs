// Makes src/server/openapi.d.ts, the types of the HTTP API, from the document of the service:
//
//     npm ci && npm run openapi
import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const DOCUMENT = new URL('../../presence-service/src/main/resources/presence/api/openapi.json', import.meta.url);
const HEAD = '// Made by `npm run openapi` from presence-service/src/main/resources/presence/api/openapi.json; do not edit.\n';

export const TYPES = new URL('../src/server/openapi.d.ts', import.meta.url);

export async function generated() {
  const document = JSON.parse(await readFile(DOCUMENT, 'utf8'));
  return HEAD + astToString(await openapiTS(document)).replaceAll('    ', '  ');
}

if (process.argv[1] === new URL(import.meta.url).pathname) await writeFile(TYPES, await generated());
