/** The files of a ZIP, read from its directory: for the tests of what people take along. */
import { crc32, inflateRawSync } from 'node:zlib';

export function unzip(zip) {
  let end = zip.length - 22;
  while (end >= 0 && zip.readUInt32LE(end) !== 0x06054b50) end--;
  if (end < 0) throw new Error('not a ZIP');
  const files = new Map();
  let at = zip.readUInt32LE(end + 16);
  for (let n = zip.readUInt16LE(end + 10); n > 0; n--) {
    const method = zip.readUInt16LE(at + 10);
    const size = zip.readUInt32LE(at + 20);
    const name = zip.readUInt16LE(at + 28);
    const extra = zip.readUInt16LE(at + 30);
    const comment = zip.readUInt16LE(at + 32);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const raw = zip.subarray(start, start + size);
    files.set(zip.toString('utf8', at + 46, at + 46 + name), () => (method === 0 ? raw : inflateRawSync(raw)));
    at += 46 + name + extra + comment;
  }
  return files;
}

/** zip is a ZIP of texts, not compressed. */
export function zip(texts) {
  const parts = [];
  const directory = [];
  let at = 0;
  for (const [name, text] of Object.entries(texts)) {
    const data = Buffer.from(text);
    const called = Buffer.from(name);
    const about = Buffer.alloc(26); // what stands in both places, from the version to the length of extra fields
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE(0x21, 8);
    about.writeUInt32LE(crc32(data), 10);
    about.writeUInt32LE(data.length, 14);
    about.writeUInt32LE(data.length, 18);
    about.writeUInt16LE(called.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), about, tail, called);
    parts.push(Buffer.from([0x50, 0x4b, 3, 4]), about, called, data);
    at += 30 + called.length + data.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(texts).length, 8);
  end.writeUInt16LE(Object.keys(texts).length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, list, end]);
}
