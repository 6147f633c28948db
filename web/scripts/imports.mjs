// Arrows of the web app's own house: what may not import what.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const src = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** Folder → what its files may not import. The kept sheets (engines/plan/kept) are storage: who purges a device must reach them. */
const rules = [
  {
    in: 'api/',
    not: /^(react|@mantine|@tanstack|@lingui|src\/(app|actions|db|sync|store|ui|features|engines)\/)/,
    why: 'api knows only HTTP',
  },
  {
    in: 'db/',
    not: /^(react|@mantine|@tanstack|@lingui|src\/(app|actions|sync|store|ui|features|engines)\/)/,
    why: 'db is below sync and store',
  },
  {
    in: 'sync/',
    not: /^(react|@mantine|@tanstack|@lingui|src\/((app|actions|store|ui|features)\/|engines\/(?!plan\/kept$)))/,
    why: 'sync runs without a screen',
  },
  {
    in: 'engines/',
    not: /^(react|@mantine|@tanstack|@lingui|src\/(app|actions|db|sync|store|ui|features)\/)/,
    why: 'engines are framework-free',
  },
  {
    in: 'store/',
    not: /^(@mantine|@tanstack|src\/((app|actions|ui|features)\/|engines\/(?!plan\/kept$)))/,
    why: 'the store knows no screen',
  },
  {
    in: 'features/',
    but: /^features\/(privacy|office|programme|activities)\//,
    not: /^src\/features\/(privacy|office|programme|activities)\/(?!.*\.css$)/,
    why: 'their texts are loaded with their own pages only',
  },
  {
    in: 'features/',
    but: /^features\/(account|exchange|people|reports|settings)\//,
    not: /^src\/features\/(account|exchange|people|reports|settings)\/(?!.*\.css$)/,
    why: "their texts are loaded with the desk's pages only",
  },
  { in: 'actions/', not: /^(@mantine|@tanstack|src\/(app|db|sync|store|ui|features|engines)\/)/, why: 'the registry knows no command' },
];

function files(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) =>
    e.isDirectory() ? files(join(dir, e.name)) : /\.(ts|tsx)$/.test(e.name) && !/\.test\.tsx?$/.test(e.name) ? [join(dir, e.name)] : [],
  );
}

let faults = 0;
let seen = 0;
for (const file of files(src)) {
  const name = relative(src, file);
  const own = rules.filter((r) => name.startsWith(r.in) && !r.but?.test(name));
  if (own.length === 0) continue;
  seen++;
  for (const [, spec] of readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)) {
    const target = spec.startsWith('@/')
      ? `src/${spec.slice(2)}`
      : spec.startsWith('.')
        ? `src/${relative(src, resolve(dirname(file), spec))}`
        : spec;
    for (const rule of own.filter((r) => r.not.test(target))) {
      console.error(`${name} imports ${spec}: ${rule.why}`);
      faults++;
    }
  }
}
if (faults > 0 || seen === 0) process.exit(1);
console.log(`imports: ${seen} files keep the arrows`);
