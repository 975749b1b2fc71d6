// The browser client in Firefox as Debian has it; FIREFOX names the program where it is elsewhere. By hand:
//
//     PRESENCE_JAR=../presence-service/target/presence-service.jar node --test test-engines/firefox.test.mjs
import { testEngine } from './core.mjs';
import { launchFirefox } from './firefox.mjs';

const { FIREFOX = '/usr/bin/firefox-esr' } = process.env;

testEngine('Firefox', [FIREFOX], () => launchFirefox(FIREFOX));
