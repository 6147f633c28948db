// Reads BCF files with @parametricos/bcf-js and prints what it found.
// Usage: node read.mjs 2.1|3.0 FILE...
import { readFileSync } from 'node:fs';
import three from '@parametricos/bcf-js';
import two from '@parametricos/bcf-js/dist/2.1/index.js';

const [version, ...files] = process.argv.slice(2);
const { BcfReader } = version === '2.1' ? two : three;
const many = (x) => (x === undefined ? [] : Array.isArray(x) ? x : [x]);

for (const file of files) {
  const reader = new BcfReader();
  await reader.read(new Uint8Array(readFileSync(file)));
  const topics = many(reader.markups).map((m) => ({
    guid: m.topic.guid,
    title: String(m.topic.title),
    comments: many(m.topic.comments).length,
    viewpoints: many(m.viewpoints).length,
  }));
  console.log(JSON.stringify({ topics }));
}
