import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { readSearch } from '@/features/points/search';
import type { Device } from '@/store/device';
import { Broken, Missing } from './Broken';
import { withDesk, withPrivacy, withProgramme } from './i18n';

interface Context {
  device: Device;
}

const parts = {
  signin: () => import('@/features/signin/index'),
  gate: () => import('./Gate'),
  today: () => import('@/features/today/index'),
  plans: () => import('@/features/plans/index'),
  points: () => import('@/features/points/index'),
};

/** ahead begins to load what an address will need, while who signed in is still being asked. A part that does not come is asked for again. */
export function ahead(path: string): void {
  const [first, , screen] = path.split('/').slice(1);
  const needed: (() => Promise<unknown>)[] = [];
  if (first === 'signin') needed.push(parts.signin);
  if (first === 'p') needed.push(parts.gate);
  if (first === 'p' && (screen === 'today' || screen === 'plans' || screen === 'points')) needed.push(parts[screen]);
  for (const load of needed) load().catch(() => undefined);
}

const text = (v: unknown): string | undefined => (typeof v === 'string' && v !== '' ? v : undefined);

const root = createRootRouteWithContext<Context>()({ errorComponent: Broken, notFoundComponent: Missing });

const signin = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  validateSearch: (s: Record<string, unknown>): { next?: string } => ({ next: text(s.next) }),
  component: lazyRouteComponent(parts.signin, 'SignIn'),
});

const back = createRoute({
  getParentRoute: () => root,
  path: '/signin/back',
  component: lazyRouteComponent(parts.signin, 'CameBack'),
});

const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  validateSearch: (s: Record<string, unknown>): { token?: string } => ({ token: text(s.token) }),
  component: lazyRouteComponent(parts.signin, 'Reset'),
});

const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite/$token',
  component: lazyRouteComponent(parts.signin, 'Invite'),
});

/** Pages about a person's own data that need no sign-in: the link is the key, or everybody may. */
const erasure = createRoute({
  getParentRoute: () => root,
  path: '/erasure/$secret',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/outside')), 'ErasurePage'),
});

const unsubscribe = createRoute({
  getParentRoute: () => root,
  path: '/unsubscribe/$token',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/outside')), 'UnsubscribePage'),
});

const request = createRoute({
  getParentRoute: () => root,
  path: '/request',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/outside')), 'RequestPage'),
});

const requestStatus = createRoute({
  getParentRoute: () => root,
  path: '/request/$secret',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/outside')), 'RequestStatusPage'),
});

const trust = createRoute({
  getParentRoute: () => root,
  path: '/trust',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/outside')), 'TrustPage'),
});

/** Everything below needs someone signed in on this device (a lapsed session is enough to read what is here). */
const gate = createRoute({
  getParentRoute: () => root,
  id: 'gate',
  component: lazyRouteComponent(parts.gate, 'Gate'),
  beforeLoad: ({ context, location }) => {
    if (context.device.state().phase === 'out')
      throw redirect({ to: '/signin', search: location.href === '/' ? {} : { next: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => gate,
  path: '/',
  beforeLoad: ({ context }) => {
    const { projects, last } = context.device.state();
    const project = projects.find((p) => p.id === last) ?? (projects.length === 1 ? projects[0] : undefined);
    if (project) throw redirect({ to: '/p/$project/today', params: { project: project.id } });
    throw redirect({ to: '/projects' });
  },
});

const projects = createRoute({
  getParentRoute: () => gate,
  path: '/projects',
  component: lazyRouteComponent(() => withDesk(import('@/features/account/index')), 'Projects'),
});

const account = createRoute({
  getParentRoute: () => gate,
  path: '/account',
  component: lazyRouteComponent(() => withDesk(import('@/features/account/index')), 'AccountPage'),
});

const security = createRoute({
  getParentRoute: () => gate,
  path: '/account/security',
  component: lazyRouteComponent(() => withDesk(import('@/features/account/Security')), 'SecurityPage'),
});

const privacy = createRoute({
  getParentRoute: () => gate,
  path: '/account/privacy',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/privacy/index')), 'PrivacyPage'),
});

const office = createRoute({
  getParentRoute: () => gate,
  path: '/o/$org/privacy',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/office/index')), 'OfficePage'),
});

const reportStyle = createRoute({
  getParentRoute: () => gate,
  path: '/o/$org/reports',
  component: lazyRouteComponent(() => withDesk(import('@/features/reports/LayoutPage')), 'LayoutPage'),
});

const operator = createRoute({
  getParentRoute: () => gate,
  path: '/operator',
  component: lazyRouteComponent(() => withPrivacy(import('@/features/office/index')), 'OperatorPage'),
});

const project = createRoute({
  getParentRoute: () => gate,
  path: '/p/$project',
  component: lazyRouteComponent(parts.gate, 'ProjectGate'),
});

const today = createRoute({
  getParentRoute: () => project,
  path: '/today',
  component: lazyRouteComponent(parts.today, 'TodayPage'),
});

const plans = createRoute({
  getParentRoute: () => project,
  path: '/plans',
  component: lazyRouteComponent(parts.plans, 'PlansPage'),
});

const plan = createRoute({
  getParentRoute: () => project,
  path: '/plans/$sheet',
  validateSearch: readSearch,
  component: lazyRouteComponent(() => import('@/features/plans/PlanPage'), 'PlanPage'),
});

const points = createRoute({
  getParentRoute: () => project,
  path: '/points',
  validateSearch: readSearch,
  component: lazyRouteComponent(parts.points, 'PointsPage'),
});

const programme = createRoute({
  getParentRoute: () => project,
  path: '/programme',
  // Read and cleaned by the page itself: it is not of the first screens.
  validateSearch: (s: Record<string, unknown>): Record<string, unknown> => s,
  component: lazyRouteComponent(() => withProgramme(import('@/features/programme/index')), 'ProgrammePage'),
});

const activities = createRoute({
  getParentRoute: () => project,
  path: '/activities',
  // Read and cleaned by the page itself: it is not of the first screens.
  validateSearch: (s: Record<string, unknown>): Record<string, unknown> => s,
  component: lazyRouteComponent(() => withProgramme(import('@/features/activities/index')), 'ActivitiesPage'),
});

const reports = createRoute({
  getParentRoute: () => project,
  path: '/reports',
  // With the filter of the points list, to make a report of: /reports?new=true&status=…
  validateSearch: readSearch,
  component: lazyRouteComponent(() => withDesk(import('@/features/reports/index')), 'ReportsPage'),
});

const device = createRoute({
  getParentRoute: () => project,
  path: '/device',
  component: lazyRouteComponent(() => import('@/features/plans/DevicePage'), 'DevicePage'),
});

const people = createRoute({
  getParentRoute: () => project,
  path: '/people',
  validateSearch: (s: Record<string, unknown>): { person?: string } => ({ person: text(s.person) }),
  component: lazyRouteComponent(() => withDesk(import('@/features/people/index')), 'PeoplePage'),
});

const settings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: lazyRouteComponent(() => withDesk(import('@/features/settings/index')), 'SettingsPage'),
});

const exchange = createRoute({
  getParentRoute: () => project,
  path: '/exchange',
  component: lazyRouteComponent(() => withDesk(import('@/features/exchange/index')), 'ExchangePage'),
});

const tree = root.addChildren([
  signin,
  back,
  reset,
  invite,
  erasure,
  unsubscribe,
  request,
  requestStatus,
  trust,
  gate.addChildren([
    home,
    projects,
    account,
    security,
    privacy,
    office,
    reportStyle,
    operator,
    project.addChildren([today, plans, plan, points, programme, activities, reports, people, settings, exchange, device]),
  ]),
]);

export function makeRouter(device: Device) {
  return createRouter({ routeTree: tree, context: { device }, defaultPreload: 'intent', scrollRestoration: true, defaultPendingMinMs: 0 });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
