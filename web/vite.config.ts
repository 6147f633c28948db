import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { lingui } from '@lingui/vite-plugin';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

/** The build's name: the commit it was made of. The server says its own in /api/v1/config. */
function build(): string {
  if (process.env.PLUMBLINE_BUILD) return process.env.PLUMBLINE_BUILD;
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unversioned';
  }
}

/** The Go program embeds the folder; the committed mark in it lets a clean clone compile before any build. */
function mark(): Plugin {
  let out = '';
  return {
    name: 'keep-mark',
    apply: 'build',
    configResolved(c) {
      out = c.build.outDir;
    },
    closeBundle() {
      writeFileSync(resolve(import.meta.dirname, out, '.keep'), '');
    },
  };
}

/** Brotli of the highest quality is too slow for a server that answers, and Go has none: it is made here, once. */
function shrink(): Plugin {
  let out = '';
  return {
    name: 'shrink',
    apply: 'build',
    configResolved(c) {
      out = join(resolve(import.meta.dirname, c.build.outDir), c.build.assetsDir);
    },
    closeBundle() {
      for (const name of readdirSync(out)) {
        if (!/\.(js|css)$/.test(name)) continue;
        const whole = readFileSync(join(out, name));
        if (whole.length >= 1024) writeFileSync(join(out, `${name}.br`), brotliCompressSync(whole));
      }
    },
  };
}

/**
 * The worker that loads a project is a beginning of this build, not a build of its own: it takes the store's code from the same files as
 * the page, which are here already.
 */
function sharing(): Plugin {
  const name = './load.worker.ts';
  let ref = '';
  return {
    name: 'share-with-worker',
    apply: 'build',
    enforce: 'pre',
    buildStart() {
      ref = this.emitFile({ type: 'chunk', id: resolve(import.meta.dirname, 'src/sync', name), name: 'load.worker' });
    },
    transform: {
      filter: { id: /src\/sync\/loader\.ts$/ },
      handler(code) {
        const written = `new URL('${name}', import.meta.url)`;
        if (!code.includes(written)) throw new Error(`${name} is not where it was`);
        return { code: code.replace(written, `new URL(import.meta.ROLLUP_FILE_URL_${ref}, import.meta.url)`), map: null };
      },
    },
  };
}

export default defineConfig({
  define: { __BUILD__: JSON.stringify(build()) },
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server puts a fresh nonce in the place of this word, in the page and in the policy.
  html: { cspNonce: '__CSP_NONCE__' },
  plugins: [
    react(),
    mark(),
    sharing(),
    shrink(),
    lingui({ macroTransform: true }),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'src',
      filename: 'sw.ts',
      injectRegister: false,
      registerType: 'prompt',
      manifest: false,
      injectManifest: {
        globPatterns: ['**/*.{js,css,html,woff2,svg,png,webmanifest}'],
        maximumFileSizeToCacheInBytes: 4_000_000,
      },
    }),
  ],
  build: {
    outDir: '../internal/webui/dist',
    emptyOutDir: true,
    // What needs what: a test weighs the first screens by it.
    manifest: true,
    target: 'es2023',
    // Readable names in a user's error report are worth more than the few kB.
    sourcemap: false,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    // What every first screen needs of these comes in one file: a dozen files of a hundred bytes weigh more than what is in them.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'small',
              test: /@mantine\/hooks\/esm\/(use-merged-ref|use-id|use-uncontrolled|use-isomorphic-effect|utils\/random-id)|get-(auto-)?contrast|@tanstack\/react-router\/dist\/esm\/use(Match|Navigate|Params|Router|Search)\./,
            },
          ],
        },
      },
    },
  },
  server: { proxy: { '/api': process.env.PLUMBLINE_SERVER ?? 'http://127.0.0.1:8080' } },
});
