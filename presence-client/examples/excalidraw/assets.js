// Excalidraw looks for its fonts here, and on a CDN if this is not set; build.mjs puts them beside the page.
window.EXCALIDRAW_ASSET_PATH = new URL('./', location.href).href;
