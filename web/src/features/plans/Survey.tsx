/** What is laid onto a sheet (rooms, scale, links), shown lightly on the plan; and what one measures on it. */
import { Trans, useLingui } from '@lingui/react/macro';
import { Button, Menu, Select, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { call } from '@/api/client';
import { newId } from '@/api/id';
import type { Id, Sheet, SheetMark } from '@/api/types';
import { errorText } from '@/app/errors';
import { setUnits, useUnits } from '@/app/units';
import { areaOf, lengthOf, metresPerUnit, moved, type Place, type PlanViewer, placesOf } from '@/engines/plan';
import { feetText, readLength, squareFeet } from '@/engines/plan/units';
import { placePath, useCommands, useMay, useOpenProject, useThings } from '@/store';
import { toast } from '@/ui';
import { PlaceSelect } from '../points/fields';
import { Overlay } from './Overlay';
import s from './plans.module.css';
import { sheetTitle } from './sheets';

/** A place on the sheet that reads like the number of another. */
export interface Proposal {
  text: string;
  at: number[];
  target_id: Id;
}

/** A scale that the sheet's own words name. */
interface ScaleProposal {
  text: string;
  at: number[];
  metres: number;
  /** The paper that the words name, and whether the page is that. */
  paper: string;
  fits: boolean;
}

export type SurveyTool = 'length' | 'area' | SheetMark['kind'];

const noPlaces: readonly Place[] = [];

/** Which tool is in hand, and the places tapped with it. */
export function useSurvey() {
  const [tool, setTool] = useState<SurveyTool | null>(null);
  const [places, setPlaces] = useState<readonly Place[]>(noPlaces);
  const [proposals, propose] = useState<readonly Proposal[]>([]);
  /** The room that is changed: its corners are moved, none is added. */
  const [room, setRoom] = useState<SheetMark | null>(null);
  const start = useCallback((next: SurveyTool, of: SheetMark | null = null) => {
    setTool(next);
    setRoom(of);
    setPlaces(of ? placesOf(of.at) : noPlaces);
  }, []);
  const stop = useCallback(() => {
    setTool(null);
    setRoom(null);
    setPlaces(noPlaces);
  }, []);
  const take = (place: Place) => {
    if (room) return setPlaces(moved(places, place));
    const two = tool === 'scale' || tool === 'link';
    setPlaces(two && places.length === 2 ? [place] : [...places, place]);
  };
  const back = () => setPlaces(room ? placesOf(room.at) : places.slice(0, -1));
  return { tool, room, places, start, stop, take, back, proposals, propose };
}

const flat = (places: readonly Place[]) => places.flatMap((p) => [p.x, p.y]);
const path = (places: readonly Place[], closed: boolean) =>
  places.length === 0 ? '' : `M${places.map((p) => `${p.x} ${p.y}`).join('L')}${closed ? 'Z' : ''}`;
const frame = ([a, b]: readonly Place[]): Place[] => (a && b ? [a, { x: b.x, y: a.y }, b, { x: a.x, y: b.y }] : []);

export function Survey({ survey, viewer, sheet }: { survey: ReturnType<typeof useSurvey>; viewer: PlanViewer | null; sheet: Sheet }) {
  const { tool, places } = survey;
  const marks = sheet.marks ?? [];
  const sheets = useThings('sheets');
  const locations = useThings('locations');
  const shown = marks.filter(
    (m) =>
      (m.kind === 'room' && m.id !== survey.room?.id && locations.some((l) => l.id === m.location_id)) ||
      (m.kind === 'link' && sheets.some((x) => x.id === m.target_id)) ||
      (m.kind === 'scale' && tool === 'scale'),
  );
  const closed = tool === 'area' || tool === 'room' || tool === 'link';
  const draft = tool === 'link' && places.length === 2 ? frame(places) : places;
  return (
    <>
      {(shown.length > 0 || places.length > 0 || survey.proposals.length > 0) && (
        <Overlay viewer={viewer}>
          {shown.map((m) => (
            <path
              key={m.id}
              data-mark={m.kind}
              className={s[m.kind]}
              d={m.kind === 'link' ? path(frame(placesOf(m.at)), true) : path(placesOf(m.at), m.kind === 'room')}
            />
          ))}
          {survey.proposals.map((x) => (
            <path key={x.at.join()} className={`${s.draft} ${s.filled}`} d={path(frame(placesOf(x.at)), true)} />
          ))}
          {places.length > 0 && <path data-draft className={closed ? `${s.draft} ${s.filled}` : s.draft} d={path(draft, closed)} />}
          {places.map((p, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a tapped place has no name but its turn
            <path key={i} className={s.vertex} d={`M${p.x} ${p.y}h0`} />
          ))}
        </Overlay>
      )}
      {!tool && survey.proposals.length > 0 && <ProposalsBar survey={survey} sheet={sheet} />}
      {tool && <SurveyBar key={survey.room?.id ?? tool} survey={survey} tool={tool} sheet={sheet} />}
    </>
  );
}

/** One proposal after the other: nothing is a link until somebody says so. */
function ProposalsBar({ survey, sheet }: { survey: ReturnType<typeof useSurvey>; sheet: Sheet }) {
  const { t } = useLingui();
  const commands = useCommands();
  const sheets = useThings('sheets');
  const [first, ...rest] = survey.proposals;
  if (!first) return null;
  const { text } = first;
  const target = sheets.find((x) => x.id === first.target_id);
  const title = target ? sheetTitle(target) : text;
  const count = survey.proposals.length;
  const link = async (items: readonly Proposal[]) => {
    const undo: (() => unknown)[] = [];
    for (const { at, target_id } of items)
      undo.push(await commands.layMark(sheet.id, { id: newId(), kind: 'link', at, location_id: null, target_id, metres: 0 }));
    toast(t`Laid onto the sheet`, async () => {
      for (const back of undo) await back();
    });
  };
  return (
    <div className={`${s.hint} ${s.surveyBar}`} role="status">
      <span>
        <Trans>
          “{text}” reads like {title}
        </Trans>
      </span>
      <Button
        size="compact-sm"
        onClick={() => {
          survey.propose(rest);
          void link([first]);
        }}
      >
        <Trans>Link it</Trans>
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => survey.propose(rest)}>
        <Trans>Leave it</Trans>
      </Button>
      {rest.length > 0 && (
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            survey.propose([]);
            void link(survey.proposals);
          }}
        >
          <Trans>Link all {count}</Trans>
        </Button>
      )}
    </div>
  );
}

/** What to do next, what it measures, and the ways out. */
function SurveyBar({ survey, tool, sheet }: { survey: ReturnType<typeof useSurvey>; tool: SurveyTool; sheet: Sheet }) {
  const { t, i18n } = useLingui();
  const commands = useCommands();
  const sheets = useThings('sheets').filter((x) => x.id !== sheet.id);
  const [written, setWritten] = useState('');
  const [place, setPlace] = useState<Id | null>(survey.room?.location_id ?? null);
  const [target, setTarget] = useState<Id | null>(null);
  const { places } = survey;
  const unit = metresPerUnit(sheet.marks ?? []);
  const units = useUnits();
  const feet = units === 'imperial';
  const metres = readLength(written, units);
  const number = (v: number) => i18n.number(v, { maximumFractionDigits: v < 100 ? 2 : 1 });
  const length = (m: number) => (feet ? feetText(m) : `${number(m)} m`);
  const known = metres !== null && metres <= 100_000;
  const area = (m2: number) => (feet ? `${number(squareFeet(m2))} ft²` : `${number(m2)} m²`);
  const save = async (what: Omit<SheetMark, 'id' | 'kind' | 'at'>) => {
    const kind = tool as SheetMark['kind'];
    const id = survey.room?.id ?? newId();
    survey.stop();
    const undo = await commands.layMark(sheet.id, { id, kind, at: flat(places), ...what });
    toast(t`Laid onto the sheet`, undo);
  };
  const take = async ({ at, metres: apart }: ScaleProposal) => {
    survey.stop();
    const undo = await commands.layMark(sheet.id, { id: newId(), kind: 'scale', at, location_id: null, target_id: null, metres: apart });
    toast(t`Laid onto the sheet`, undo);
  };
  const none = { location_id: null, target_id: null, metres: 0 };
  const enough = places.length >= (tool === 'room' || tool === 'area' ? 3 : 2);
  const result = () => {
    if (!enough || (tool !== 'length' && tool !== 'area')) return null;
    if (unit === null) return <Trans>This sheet has no scale yet: a manager sets it by two places and their distance.</Trans>;
    if (tool === 'length') return <b data-result>{length(lengthOf(places) * unit)}</b>;
    const around = length(lengthOf([...places, places[0] as Place]) * unit);
    return (
      <b data-result>
        {area(areaOf(places) * unit * unit)}, <Trans>{around} around</Trans>
      </b>
    );
  };
  return (
    <div className={`${s.hint} ${s.surveyBar}`} role="status">
      <span>
        {tool === 'length' && !enough && <Trans>Tap from place to place: the length is added up.</Trans>}
        {tool === 'area' && !enough && <Trans>Tap the corners of the area.</Trans>}
        {tool === 'scale' && !enough && <Trans>Tap two places whose distance you know, far apart.</Trans>}
        {tool === 'scale' && places.length === 0 && <ScaleProposals sheet={sheet} onTake={take} />}
        {tool === 'room' && !enough && <Trans>Tap the corners of the room.</Trans>}
        {survey.room && <Trans>Tap where a corner should be: the nearest one moves there.</Trans>}
        {tool === 'link' && !enough && <Trans>Tap two corners of the reference on the drawing.</Trans>}
        {result()}
      </span>
      {tool === 'scale' && enough && (
        <>
          <TextInput
            size="xs"
            w={150}
            aria-label={feet ? t`Distance in feet and inches` : t`Distance in metres`}
            placeholder={feet ? `12′-6″` : t`Distance in metres`}
            inputMode={feet ? 'text' : 'decimal'}
            maxLength={30}
            error={written.trim() !== '' && !known}
            value={written}
            onChange={(e) => setWritten(e.currentTarget.value)}
          />
          {known && <span data-read>= {length(metres)}</span>}
          {written.trim() !== '' && !known && (
            <span>{feet ? t`Such as 12′-6 1/2″, 30″ or 3.8 m.` : t`Such as 3.8, 380 cm or 12′-6″.`}</span>
          )}
        </>
      )}
      {tool === 'room' && enough && <PlaceSelect size="xs" aria-label={t`Location of the room`} value={place} onChange={setPlace} />}
      {tool === 'link' && enough && (
        <Select
          size="xs"
          aria-label={t`Sheet that it leads to`}
          placeholder={t`Sheet that it leads to`}
          searchable
          data={sheets.map((x) => ({ value: x.id, label: sheetTitle(x) }))}
          value={target}
          onChange={setTarget}
        />
      )}
      {enough && tool !== 'length' && tool !== 'area' && (
        <Button
          size="compact-sm"
          disabled={(tool === 'scale' && !known) || (tool === 'room' && !place) || (tool === 'link' && !target)}
          onClick={() =>
            void save(
              tool === 'scale'
                ? { ...none, metres: metres ?? 0 }
                : tool === 'room'
                  ? { ...none, location_id: place }
                  : { ...none, target_id: target },
            )
          }
        >
          <Trans>Save</Trans>
        </Button>
      )}
      {places.length > 0 && (
        <Button size="compact-sm" variant="default" onClick={survey.back}>
          {survey.room ? <Trans>As it was</Trans> : <Trans>One back</Trans>}
        </Button>
      )}
      <Button size="compact-sm" variant="subtle" onClick={survey.stop}>
        {tool === 'length' || tool === 'area' ? <Trans>Done</Trans> : <Trans>Cancel</Trans>}
      </Button>
    </div>
  );
}

/** ScaleProposals are what the sheet says of its scale, with what is to be feared: nothing is the scale until somebody takes it. */
function ScaleProposals({ sheet, onTake }: { sheet: Sheet; onTake: (x: ScaleProposal) => Promise<void> }) {
  const { id } = useOpenProject();
  const [items, set] = useState<readonly ScaleProposal[]>([]);
  useEffect(() => {
    const stop = new AbortController();
    call<{ items: ScaleProposal[] }>(`/projects/${id}/sheets/${sheet.id}/scale-proposals`, { signal: stop.signal }).then(
      (x) => set(x.items),
      () => undefined, // no network: two places do as well
    );
    return () => stop.abort();
  }, [id, sheet.id]);
  return items.map((x) => {
    const { text, paper } = x;
    return (
      <span key={x.metres} className={s.scaleProposal}>
        <span>
          <Trans>The sheet reads “{text}”.</Trans>{' '}
          {paper && x.fits ? (
            <Trans>This page is {paper}, as it says.</Trans>
          ) : paper ? (
            <b>
              <Trans>This page is not {paper}: the scale is most likely wrong here.</Trans>
            </b>
          ) : (
            <Trans>Right only if this page has its original size, which cannot be known.</Trans>
          )}
        </span>
        <Button size="compact-sm" variant="default" onClick={() => void onTake(x)}>
          <Trans>Take this scale</Trans>
        </Button>
      </span>
    );
  });
}

/** Measuring, and for managers what lies on the sheet. */
export function SurveyMenu({
  sheet,
  project,
  online,
  onTool,
  onPropose,
}: {
  sheet: Sheet;
  project: Id;
  online: boolean;
  onTool: (tool: SurveyTool, room?: SheetMark) => void;
  onPropose: (items: readonly Proposal[]) => void;
}) {
  const { t, i18n } = useLingui();
  const commands = useCommands();
  const manager = useMay('manager');
  const navigate = useNavigate();
  const sheets = useThings('sheets');
  const locations = useThings('locations');
  const { pool } = useOpenProject();
  const units = useUnits();
  const marks = sheet.marks ?? [];
  const titleOf = (id: Id | null) => {
    const found = sheets.find((x) => x.id === id);
    return found && sheetTitle(found);
  };
  const links = marks.flatMap((m) => {
    const title = m.kind === 'link' && titleOf(m.target_id);
    return title ? [{ mark: m, title }] : [];
  });
  const rooms = marks.flatMap((m) => {
    const place = m.kind === 'room' && locations.find((l) => l.id === m.location_id);
    return place ? [{ mark: m, title: placePath(place.id, pool) }] : [];
  });
  const lift = async (m: SheetMark) => {
    const undo = await commands.liftMark(sheet.id, m);
    toast(t`Taken off the sheet`, undo);
  };
  const propose = async () => {
    try {
      const { items } = await call<{ items: Proposal[] }>(`/projects/${project}/sheets/${sheet.id}/link-proposals`);
      if (items.length === 0) toast(t`Nothing on this sheet reads like the number of another.`);
      onPropose(items);
    } catch (error) {
      toast(errorText(error, i18n));
    }
  };
  return (
    <Menu shadow="md" position="top-start" transitionProps={{ duration: 80 }}>
      <Menu.Target>
        <button type="button">
          <Trans>Measure</Trans>
        </button>
      </Menu.Target>
      <Menu.Dropdown mah="60vh" style={{ overflowY: 'auto' }}>
        <Menu.Item onClick={() => onTool('length')}>
          <Trans>Measure a length</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => onTool('area')}>
          <Trans>Measure an area</Trans>
        </Menu.Item>
        <Menu.Item onClick={() => setUnits(units === 'metric' ? 'imperial' : 'metric')} closeMenuOnClick={false}>
          {units === 'metric' ? <Trans>In feet and inches</Trans> : <Trans>In metres</Trans>}
        </Menu.Item>
        {links.length > 0 && <Menu.Label>{t`Links on this sheet`}</Menu.Label>}
        {links.map(({ mark, title }) => (
          <Menu.Item
            key={mark.id}
            onClick={() => void navigate({ to: '/p/$project/plans/$sheet', params: { project, sheet: mark.target_id as Id } })}
          >
            {title}
          </Menu.Item>
        ))}
        {manager && (
          <>
            <Menu.Label>{t`On this sheet`}</Menu.Label>
            <Menu.Item onClick={() => onTool('scale')}>
              <Trans>Set the scale</Trans>
            </Menu.Item>
            <Menu.Item onClick={() => onTool('room')}>
              <Trans>Draw a room</Trans>
            </Menu.Item>
            <Menu.Item onClick={() => onTool('link')}>
              <Trans>Link to another sheet</Trans>
            </Menu.Item>
            <Menu.Item disabled={!online} onClick={() => void propose()}>
              <Trans>Propose links</Trans>
            </Menu.Item>
            {rooms.map(({ mark, title }) => (
              <Menu.Item key={mark.id} onClick={() => onTool('room', mark)}>
                <Trans>Change the room {title}</Trans>
              </Menu.Item>
            ))}
            {rooms.map(({ mark, title }) => (
              <Menu.Item key={mark.id} color="brick" onClick={() => void lift(mark)}>
                <Trans>Remove the room {title}</Trans>
              </Menu.Item>
            ))}
            {links.map(({ mark, title }) => (
              <Menu.Item key={mark.id} color="brick" onClick={() => void lift(mark)}>
                <Trans>Remove the link to {title}</Trans>
              </Menu.Item>
            ))}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
