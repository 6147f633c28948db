import { Plural, Trans } from '@lingui/react/macro';
import { Button, FileButton, NativeSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { call } from '@/api/client';
import { Failed } from '@/features/signin/index';
import { useDeviceState } from '@/store';
import s from './Privacy.module.css';

interface Taken {
  profile: string[] | null;
  choices: { purpose: string; label: string; given: boolean }[] | null;
  points: number;
  comments: number;
  photos: number;
  known: number;
  left_out: Record<string, number> | null;
}

/** Import takes in a file that another Plumbline gave: the profile, and points into a project where one may make them. */
export function Import() {
  const { projects } = useDeviceState();
  const may = projects.filter((p) => p.level !== 'guest' && p.level !== 'subcontractor');
  const [project, setProject] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const [taken, setTaken] = useState<Taken>();
  const run = async (file: File | null) => {
    if (!file) return;
    setBusy(true);
    setError(undefined);
    setTaken(undefined);
    try {
      setTaken(
        await call<Taken>(`/me/privacy/import${project ? `?project=${project}` : ''}`, {
          method: 'POST',
          raw: { data: file, type: 'application/zip' },
          timeout: 900_000,
        }),
      );
    } catch (e) {
      setError(e);
    } finally {
      setBusy(false);
    }
  };
  const left = Object.values(taken?.left_out ?? {}).reduce((n, x) => n + x, 0);
  return (
    <Stack gap="sm">
      <p className={s.lead}>
        <Trans>
          A file that another Plumbline gave you. Name, language and time zone come along; choices are made anew. Doing it twice changes
          nothing.
        </Trans>
      </p>
      {may.length > 0 && (
        <NativeSelect
          label={<Trans>Put my points into</Trans>}
          description={<Trans>Optional. Points that you made, with comments and photos.</Trans>}
          value={project}
          onChange={(e) => setProject(e.currentTarget.value)}
          data={[{ value: '', label: '–' }, ...may.map((p) => ({ value: p.id, label: p.name }))]}
        />
      )}
      <FileButton onChange={(f) => void run(f)} accept="application/zip,.zip">
        {(props) => (
          <Button {...props} variant="default" loading={busy}>
            <Trans>Choose the file</Trans>
          </Button>
        )}
      </FileButton>
      <Failed error={error} />
      <div role="status">
        {taken && (
          <p className={s.text}>
            <Trans>Taken in.</Trans> <Plural value={taken.points} one="# point," other="# points," />{' '}
            <Plural value={taken.comments} one="# comment," other="# comments," />{' '}
            <Plural value={taken.photos} one="# photo." other="# photos." />{' '}
            {taken.known > 0 && <Plural value={taken.known} one="# was here already." other="# were here already." />}{' '}
            {left > 0 && <Plural value={left} one="# was left out." other="# were left out." />}
          </p>
        )}
      </div>
    </Stack>
  );
}
