/**
 * Our hand-written shapes against the generated ones: the compiler refuses this file when the server's answers no longer fit what the app
 * reads, or when the server asks for more than the app sends. Nothing of it runs.
 */

import type * as p from './programme';
import type { components } from './schema';
import type * as t from './types';

type S = components['schemas'];

/** Everything the app reads of ours is in the server's: same names; what the server leaves open (enum as text) may be narrower here. */
type Reads<Server, Ours> = keyof Ours extends keyof Server ? true : { missing: Exclude<keyof Ours, keyof Server> };

/** Everything the server demands of a request is among the fields that we send. */
type Needed<T> = { [K in keyof T]-?: undefined extends T[K] ? never : K }[keyof T];
type Sends<Server, Fields> =
  Needed<Server> extends Fields
    ? Fields extends keyof Server
      ? true
      : { unknown: Exclude<Fields, keyof Server> }
    : { needed: Exclude<Needed<Server>, Fields> };

type All<T extends true[]> = T;

export type Answers = All<
  [
    Reads<S['pointapi.Point'], t.Point>,
    Reads<S['pointapi.May'], t.May>,
    Reads<S['pointapi.Photo'], t.Photo>,
    Reads<S['pointapi.Comment'], t.Comment>,
    Reads<S['pointapi.Markup'], t.Markup>,
    Reads<S['pointapi.Shape'], t.Shape>,
    Reads<S['pointapi.Entry'], t.HistoryEntry>,
    Reads<S['pointapi.Conflict'], t.FieldConflict>,
    Reads<S['projectapi.Project'], t.Project>,
    Reads<S['projectapi.Person'], Omit<t.Person, 'label' | 'limited'>>,
    Reads<S['projectapi.Status'], t.Status>,
    Reads<S['projectapi.Location'], t.Location>,
    Reads<S['projectapi.Category'], t.Category>,
    Reads<S['projectapi.Role'], t.Role>,
    Reads<S['projectapi.List'], t.PointList>,
    Reads<S['viewapi.View'], t.View>,
    Reads<S['programmeapi.Programme'], t.Programme>,
    Reads<S['programmeapi.Activity'], p.ActivityWhole>,
    Reads<S['programmeapi.Report'], p.ActivityReport>,
    Reads<S['programmeapi.Entry'], p.ActivityEntry>,
    Reads<S['programmeapi.Edited'], p.Edited>,
    Reads<S['programmeapi.Delay'], p.Delay>,
    Reads<S['reviseapi.Baseline'], p.Baseline>,
    Reads<S['reviseapi.BaselineDates'], p.BaselineDates>,
    Reads<S['drawingapi.Drawing'], t.Drawing>,
    Reads<S['drawingapi.Sheet'], t.Sheet>,
    Reads<S['drawingapi.Mark'], t.SheetMark>,
    Reads<S['drawingapi.Revision'], t.Revision>,
    Reads<S['reportapi.Item'], t.Report>,
    Reads<S['reportapi.StyleState'], t.ReportStyleState>,
    Reads<S['syncapi.progress'], t.Job>,
    Reads<S['syncapi.entry'], t.Entry>,
    Reads<S['rest.result'], t.MutationResult>,
  ]
>;

export type Requests = All<
  [
    Sends<
      S['pointapi.Create'],
      'list_id' | 'subject' | 'description' | 'status_id' | 'category_id' | 'location_id' | 'in_charge' | 'due' | 'urgent' | 'pin'
    >,
    Sends<S['pointapi.Change'], 'base' | keyof t.PointPatch>,
    Sends<S['pointapi.Say'], 'text'>,
    Sends<S['pointapi.Draw'], 'on' | 'base' | 'shapes'>,
    Sends<S['projectapi.NewStatus'], 'name' | 'colour' | 'shape' | 'order' | 'closes' | 'managers_only'>,
    Sends<S['projectapi.NewLocation'], 'name' | 'code' | 'kind' | 'parent_id' | 'order'>,
    Sends<S['projectapi.NewCategory'], 'name' | 'kind' | 'parent_id' | 'order' | 'in_charge'>,
    Sends<S['projectapi.NewRole'], 'name'>,
    Sends<S['drawingapi.NewMark'], 'kind' | 'at' | 'location_id' | 'target_id' | 'metres'>,
    Sends<S['viewapi.Create'], 'name' | 'query' | 'shared'>,
    Sends<S['projectapi.Participation'], 'level' | 'role_ids'>,
    Sends<S['reportapi.Create'], 'title' | 'filter' | 'locale' | 'time_zone' | 'paper' | 'photos' | 'plan' | 'format' | 'also'>,
    Sends<
      S['orgapi.NewInvitation'],
      'email' | 'locale' | 'source' | 'name' | 'company_id' | 'function' | 'project_id' | 'level' | 'role_ids'
    >,
    Sends<S['signInInBody'], 'email' | 'password'>,
    Sends<S['acceptInBody'], 'name' | 'password' | 'locale'>,
    Sends<S['passwordInBody'], 'current' | 'password'>,
    Sends<S['confirmInBody'], 'token' | 'password'>,
  ]
>;
