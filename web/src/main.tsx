import '@fontsource/ibm-plex-sans/latin-400.css';
import '@fontsource/ibm-plex-sans/latin-ext-400.css';
import '@fontsource/ibm-plex-sans/latin-600.css';
import '@fontsource/ibm-plex-sans/latin-ext-600.css';
import '@fontsource/ibm-plex-mono/latin-400.css';
import '@fontsource/ibm-plex-mono/latin-ext-400.css';
import '@mantine/core/styles.css';
import '@mantine/dates/styles.css';
import '@mantine/notifications/styles.css';
import './app/tokens.css';
import './app/base.css';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { applyDensity } from './app/density';
import { guess, isLocale, speak } from './app/i18n';
import { watchInstall } from './app/install';
import { ahead } from './app/router';
import { watchUpdates } from './app/update';
import { Device } from './store/device';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(nonce);
applyDensity();
watchInstall();

// The screen that the address names, and the texts of the likely language, come beside the session and not after it.
ahead(location.pathname);
const words = speak(guess());
const device = new Device();
await device.open();
await words;
const own = device.state().session?.account.locale;
if (isLocale(own)) await speak(own);
watchUpdates();

const at = document.getElementById('root');
if (at) createRoot(at).render(<App device={device} nonce={nonce} />);
