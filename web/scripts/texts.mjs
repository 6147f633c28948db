// Every text that the source shows stands in every language, with the same places and tags.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const locales = ['en', 'nl', 'fr', 'da', 'de'];
const catalogues = ['messages', 'site', 'desk', 'privacy', 'programme'];

/** read gives a catalogue's texts by id. Folded strings are joined. */
function read(file) {
  const out = new Map();
  const text = readFileSync(file, 'utf8').replace(/"\n"/g, '');
  for (const [, ctx, id, str] of text.matchAll(/(?:^msgctxt "(.*)"\n)?^msgid "(.*)"\nmsgstr "(.*)"$/gm))
    if (id) out.set(`${ctx ?? ''}\u0004${id}`, { id, str });
  return out;
}

/** places are the holes and tags of a text, as a set: a plural form may use one more than once. */
function places(text) {
  return [...new Set(text.match(/\{\s*[\w.]+(?=\s*[,}])|<\/?\w+\/?>/g) ?? [])].sort().join(' ');
}

const cache = join(web, 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
const temp = mkdtempSync(join(cache, 'texts-'));
const faults = [];
try {
  // Extract afresh beside the committed catalogues, and compare.
  cpSync(join(web, 'src/locales'), join(temp, 'locales'), { recursive: true });
  const config = readFileSync(join(web, 'lingui.config.ts'), 'utf8')
    .replaceAll("'src/locales/", `'${temp}/locales/`)
    .replace('defineConfig({', `defineConfig({ rootDir: '${web}',`);
  const file = join(temp, 'lingui.config.ts');
  writeFileSync(file, config);
  const cli = realpathSync(join(web, 'node_modules/.bin/lingui'));
  execFileSync(process.execPath, [cli, 'extract', '--clean', '--config', file], { cwd: web, stdio: ['ignore', 'ignore', 'inherit'] });
  for (const name of catalogues) {
    const source = read(join(temp, 'locales/en', `${name}.po`));
    for (const locale of locales) {
      const have = read(join(web, 'src/locales', locale, `${name}.po`));
      for (const [key, { id }] of source) {
        const t = have.get(key);
        if (!t) faults.push(`${locale}/${name}: not extracted (npm run extract): ${id}`);
        else if (t.str === '') faults.push(`${locale}/${name}: not translated: ${id}`);
        else if (places(t.id) !== places(t.str)) faults.push(`${locale}/${name}: places differ: ${id} → ${t.str}`);
      }
      for (const [key, { id }] of have) if (!source.has(key)) faults.push(`${locale}/${name}: no longer used (npm run extract): ${id}`);
    }
  }
} finally {
  rmSync(temp, { recursive: true, force: true });
}
for (const f of faults) console.error(f);
if (faults.length > 0) {
  console.error(`${faults.length} faults in the texts`);
  process.exit(1);
}
console.log('texts: complete in five languages');
