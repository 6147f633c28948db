import 'fake-indexeddb/auto';
import { afterEach, describe, expect, it } from 'vitest';
import { ProjectDb } from '@/db/db';
import { empty, keepDraft, keptDraft, worthKeeping } from './draft';

describe('a half-written point', () => {
  const db = new ProjectDb('a', 'p');
  afterEach(() => keepDraft(db, null));
  it('comes back as it was, photos and all', async () => {
    const data = new Uint8Array([1, 2, 3]).buffer;
    const draft = {
      ...empty,
      subject: 'Seal miss',
      urgent: true,
      photos: [{ id: 'x', data, type: 'image/jpeg', width: 4, height: 3, takenAt: '2026-11-19T13:02:33.000Z' }],
    };
    await keepDraft(db, draft);
    const back = await keptDraft(db);
    expect(back).toMatchObject({ subject: 'Seal miss', urgent: true });
    expect(new Uint8Array(back?.photos[0]?.data ?? new ArrayBuffer(0))).toEqual(new Uint8Array([1, 2, 3]));
  });
  it('is forgotten when there is nothing in it', async () => {
    await keepDraft(db, { ...empty, subject: 'x' });
    await keepDraft(db, { ...empty, subject: '  ', due: '2026-12-01' });
    expect(await keptDraft(db)).toBeNull();
    expect(worthKeeping({ ...empty, description: 'words' })).toBe(true);
  });
  it('bears a draft of an older version', async () => {
    await db.meta.put({ key: 'draft', value: { subject: 'old' } });
    expect(await keptDraft(db)).toEqual({ ...empty, subject: 'old' });
  });
});
