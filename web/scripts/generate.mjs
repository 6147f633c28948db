// Writes what is derived: the API's types from docs/openapi.json, and the text catalogues from the source.
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = dirname(dirname(fileURLToPath(import.meta.url)));
const go = (cwd, file, ...args) =>
  execFileSync(process.execPath, [realpathSync(file), ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });

const tools = join(web, 'tools');
if (!existsSync(join(tools, 'node_modules/openapi-typescript')))
  execFileSync('npm', ['ci', '--no-progress'], { cwd: tools, stdio: ['ignore', 'ignore', 'inherit'] });
go(tools, join(tools, 'node_modules/.bin/openapi-typescript'), '../../docs/openapi.json', '-o', '../src/api/schema.d.ts');
go(web, join(web, 'node_modules/.bin/lingui'), 'extract', '--clean');
