// The browser client in WebKitGTK as Debian has it, which needs a display; WEBKIT_DRIVER and WEBKIT_BROWSER name the
// programs where they are elsewhere. By hand:
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar xvfb-run node --test test-engines/webkit.test.mjs
import { testEngine } from './core.mjs';
import { launchWebKit } from './webkit.mjs';

const {
  WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver',
  WEBKIT_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser',
} = process.env;
const display = process.env.DISPLAY || process.env.WAYLAND_DISPLAY;

testEngine('WebKitGTK', [WEBKIT_DRIVER, WEBKIT_BROWSER], () => launchWebKit(WEBKIT_DRIVER, WEBKIT_BROWSER), !display && 'a display');
