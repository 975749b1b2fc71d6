import { flushSync, mount, unmount } from 'svelte';
import { writable } from 'svelte/store';
import { connect } from 'presence-client';
import 'presence-client/locks';
import App from './App.svelte';

const shown = writable({ provider: {}, rooms: [] });
let app = null;
globalThis.seen = { rooms: {}, errors: [], heard: [] };
globalThis.show = (props) => flushSync(() => {
  shown.set(props);
  app ??= mount(App, { target: document.body, props: { shown, seen } });
});
globalThis.unmount = () => unmount(app);
// On pages that only look on.
globalThis.connect = connect;
