import {
  type APIRequestContext,
  type APIResponse,
  expect,
  type PlaywrightWorkerArgs,
  test,
} from '@playwright/test';
import {
  access,
  type Allowed,
  type ApiScope,
  apiScopes,
  decide,
  type Operation,
  type Reach,
  type Role,
  type Visitor,
} from '#lib/server/auth/access.ts';
import { demoSchool } from './people.ts';

// The access table held against a running server: who asks what over HTTP, and what comes back.

type Caller = 'nobody' | Role | ApiScope;
const callers: readonly Caller[] = ['nobody', 'learner', 'teacher', 'admin', ...apiScopes];
const { url, emails, password } = demoSchool();

/** One learner and one class of the demo school. */
interface Target {
  readonly learner: string;
  readonly externalLearner: string;
  readonly class: string;
}

interface Town {
  /** Within the reach of the teacher. */
  readonly near: Target;
  /** Of the same school, beyond the teacher's classes. */
  readonly far: Target;
  /** The learner who is logged in. */
  readonly own: string;
}

// As browsers send a form: SvelteKit answers a program's `*/*` with data.
const asBrowser = { origin: url, accept: 'text/html', 'accept-language': 'en' };
const nowhere: Target = { learner: '999999', externalLearner: 'nobody-of-that-name', class: '999999' };
const requests = new Map<Caller, APIRequestContext>();
let town: Town;

function as(caller: Caller): APIRequestContext {
  const found = requests.get(caller);
  if (!found) throw new Error(`${caller}: expected a way to ask`);
  return found;
}

/** Each asks as a browser of their own would; programs with a key of one scope. */
async function requestsOf(
  playwright: PlaywrightWorkerArgs['playwright'],
  caller: Caller,
): Promise<APIRequestContext> {
  const plain = { baseURL: url, maxRedirects: 0, extraHTTPHeaders: asBrowser };
  if (caller === 'nobody') return playwright.request.newContext(plain);
  if (caller === 'learner' || caller === 'teacher' || caller === 'admin') {
    const context = await playwright.request.newContext(plain);
    const answer = await context.post('/login', { form: { email: emails[caller], password } });
    expect(answer.status()).toBe(303);
    return context;
  }
  const form = { name: `doors ${caller}`, scopes: caller };
  const page = await (await as('admin').post('/admin/keys?/create', { form })).text();
  const token = /<code class="secret[^"]*">([^<]+)</.exec(page)?.[1] ?? 'no key on the page';
  const headers = { authorization: `Bearer ${token}`, accept: 'application/json' };
  return playwright.request.newContext({ ...plain, extraHTTPHeaders: headers });
}

async function linksOn(caller: Caller, path: string, kind: 'classes' | 'learners') {
  const page = await (await as(caller).get(path)).text();
  const links = page.matchAll(new RegExp(`<th scope="row"[^>]*><a href="/${kind}/(\\d+)">([^<]+)`, 'g'));
  const cards = page.matchAll(new RegExp(`<h3[^>]*><a [^>]*href="/${kind}/(\\d+)">([^<]+)`, 'g'));
  return [...links, ...cards].map(([, id = '', name = '']) => ({ id, name }));
}

async function learnersIn(caller: Caller, classIds: readonly string[]) {
  const lists = await Promise.all(classIds.map((id) => linksOn(caller, `/classes/${id}`, 'learners')));
  return lists.flat();
}

async function explore(): Promise<Town> {
  const near = (await linksOn('teacher', '/classes', 'classes')).map(({ id }) => id);
  const far = (await linksOn('admin', '/classes', 'classes'))
    .map(({ id }) => id)
    .filter((id) => !near.includes(id));
  const taught = await learnersIn('teacher', near);
  const others = (await learnersIn('admin', far)).filter(({ id }) => !taught.some((one) => one.id === id));
  const people = await (await as('admin').get('/admin/people')).text();
  const emailOf = (name: string) =>
    new RegExp(`<strong>${name}</strong>\\s*<span[^>]*>([^<@]+)@`).exec(people)?.[1];
  const own = emails.learner.split('@')[0] ?? '';
  const target = (classId: string | undefined, learners: readonly { id: string; name: string }[]): Target => {
    const found = learners.find(({ name }) => emailOf(name) !== undefined && emailOf(name) !== own);
    if (!classId || !found) throw new Error(`expected a class with a learner, got class ${classId}`);
    return { learner: found.id, externalLearner: emailOf(found.name) ?? '', class: classId };
  };
  return { near: target(near[0], taught), far: target(far[0], others), own };
}

test.beforeAll(async ({ playwright }) => {
  for (const caller of callers) requests.set(caller, await requestsOf(playwright, caller));
  town = await explore();
});

test.afterAll(async () => {
  await Promise.all([...requests.values()].map((request) => request.dispose()));
});

function visitorOf(caller: Caller): Visitor {
  if (caller === 'nobody') return { kind: 'anonymous' };
  if (caller === 'learner' || caller === 'teacher' || caller === 'admin')
    return { kind: 'person', role: caller };
  return { kind: 'program', scopes: [caller] };
}

function reachOf(id: string): Reach | undefined {
  const rules = Object.values(access[id] ?? {}).filter((rule): rule is Allowed => rule !== 'anyone');
  return rules.map(({ reaches }) => reaches).find(Boolean);
}

function pathOf(id: string, target: Target): string {
  const reach = reachOf(id);
  const kind = reach ? (Object.keys(reach)[0] as keyof Target) : undefined;
  const others: Readonly<Record<string, string>> = {
    badgeId: 'word-kept-1',
    runId: '1',
    rest: 'nothing/here',
  };
  const path = id
    .replaceAll(/\/\([^)]*\)/g, '')
    .replaceAll(/\[(?:\.\.\.)?(\w+)\]/g, (_, name: string) => others[name] ?? (kind ? target[kind] : name));
  return id.endsWith('/notifications') ? `${path}?after=0` : path || '/';
}

// What answers something else than 200 to those who may ask, and why.
const elsewhere: Readonly<Record<string, (caller: Caller) => string>> = {
  // The school is set up: the page is gone.
  '/(public)/setup': () => '404',
  // Who is in already goes home; nobody has nothing to log out of.
  '/(public)': (caller) => (isPerson(caller) ? 'home' : '200'),
  '/(public)/login': (caller) => (isPerson(caller) ? 'home' : '200'),
  '/(public)/logout': (caller) => (isPerson(caller) ? '200' : 'home'),
  '/api/v1/[...rest]': () => '404',
  // The demo imported no file.
  '/(admin)/admin/imports/[runId]/refused.csv': () => '404',
  // No model has such a version.
  '/me/preview-model/[version]/[file]': () => '404',
};

function isPerson(caller: Caller): boolean {
  return visitorOf(caller).kind === 'person';
}

/** What the table declares, in the words of `outcomeOf`. */
function expected(
  id: string,
  operation: Operation,
  caller: Caller,
  where: 'near' | 'far' | 'nowhere',
): string {
  const decision = decide(id, operation, visitorOf(caller));
  if (decision.verdict === 'refuse') return String(decision.status);
  if (decision.verdict === 'log in') return access[id]?.load ? '/login' : '401';
  if (!decision.reaches) return elsewhere[id]?.(caller) ?? '200';
  const isWithin = {
    near: caller !== 'learner',
    far: caller !== 'learner' && caller !== 'teacher',
    nowhere: false,
  };
  return isWithin[where] ? '200' : '404';
}

function outcomeOf(answer: APIResponse): string {
  const to = answer.headers().location;
  if (!to) return String(answer.status());
  const { pathname } = new URL(to, url);
  return pathname === '/login' ? '/login' : 'home';
}

const readable = Object.entries(access).flatMap(([id, rules]) =>
  (['load', 'GET'] as const).filter((operation) => rules[operation]).map((operation) => ({ id, operation })),
);

for (const caller of callers) {
  test(`${caller}: every page and every answer as declared`, async () => {
    const met: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const { id, operation } of readable) {
      const targets = reachOf(id) ? { near: town.near, far: town.far, nowhere } : { near: town.near };
      for (const [where, target] of Object.entries(targets)) {
        const asked = `${pathOf(id, target)} (${where})`;
        met[asked] = outcomeOf(await as(caller).get(pathOf(id, target)));
        wanted[asked] = expected(id, operation, caller, where as 'near' | 'far' | 'nowhere');
      }
    }
    expect(met).toEqual(wanted);
  });
}

// Admins have no form beyond theirs.
for (const caller of callers.filter((one) => one !== 'admin')) {
  test(`${caller}: no form beyond their role`, async () => {
    const met: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const [id, rules] of Object.entries(access)) {
      for (const name of Object.keys(rules) as Operation[]) {
        const decision = decide(id, name, visitorOf(caller));
        if (!name.startsWith('?/') || decision.verdict === 'allow') continue;
        const asked = `${pathOf(id, town.near)}${name === '?/default' ? '' : name}`;
        met[asked] = outcomeOf(await as(caller).post(asked, { form: { id: '1' } }));
        wanted[asked] = decision.verdict === 'refuse' ? String(decision.status) : '/login';
      }
    }
    expect(met).toEqual(wanted);
  });
}

test('what a route does not declare, it does not do', async () => {
  const answers: Record<string, number> = {};
  for (const { id } of readable.filter(({ id }) => !access[id]?.DELETE))
    answers[id] = (await as('admin').delete(pathOf(id, town.near))).status();
  expect(new Set(Object.values(answers)), JSON.stringify(answers)).toEqual(new Set([405]));
});

test('a learner reads their own analysis and nobody else’s', async () => {
  const own = await as('learner').get(`/api/v1/users/${town.own}/analysis`);
  expect(own.status()).toBe(200);
  const missing = await as('learner').get(`/api/v1/users/${nowhere.externalLearner}/analysis`);
  const other = await as('learner').get(`/api/v1/users/${town.far.externalLearner}/analysis`);
  expect([other.status(), await other.json()]).toEqual([404, await missing.json()]);
});

test('logging out everywhere ends the session in every browser', async ({ playwright }) => {
  const options = { baseURL: url, maxRedirects: 0, extraHTTPHeaders: asBrowser };
  const [one, two] = [
    await playwright.request.newContext(options),
    await playwright.request.newContext(options),
  ];
  for (const browser of [one, two]) {
    await browser.post('/login', { form: { email: 'teacher2@demo.merito.example', password } });
    expect((await browser.get('/reviews')).status()).toBe(200);
  }
  const kept = (await two.storageState()).cookies;
  expect(outcomeOf(await one.post('/logout?/everywhere', { form: {} }))).toBe('/login');
  expect(outcomeOf(await two.get('/reviews'))).toBe('/login');
  const stolen = kept.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect(outcomeOf(await as('nobody').get('/reviews', { headers: { cookie: stolen } }))).toBe('/login');
  await Promise.all([one.dispose(), two.dispose()]);
});

test('a form from another site is refused', async () => {
  const headers = { origin: 'https://elsewhere.example' };
  for (const path of ['/preferences', '/reviews?/approve', '/logout?/everywhere']) {
    const answer = await as('teacher').post(path, { headers, form: { locale: 'en', reviewId: '1' } });
    expect(answer.status(), path).toBe(403);
  }
  expect((await as('teacher').get('/reviews')).status(), 'the session lives on').toBe(200);
});

test('a wrong password says nothing about which part was wrong', async ({ playwright }) => {
  const door = await playwright.request.newContext({ baseURL: url, extraHTTPHeaders: asBrowser });
  const answers = [];
  for (const email of [emails.admin, 'no-such-person@demo.merito.example']) {
    const answer = await door.post('/login', { form: { email, password: 'not the right one' } });
    answers.push([answer.status(), (await answer.text()).includes('E-mail or password is not right.')]);
  }
  expect(answers).toEqual([
    [400, true],
    [400, true],
  ]);
  await door.dispose();
});

test('every kind of answer carries the headers that keep it in its place', async () => {
  const answers = {
    page: await as('teacher').get('/reviews'),
    login: await as('nobody').get('/login'),
    refusal: await as('learner').get('/admin/keys'),
    problem: await as('nobody').get('/api/v1/monitor/metrics'),
    activity: await as('nobody').post('/api/v1/monitor/activity', { data: [] }),
  };
  for (const [name, answer] of Object.entries(answers)) {
    const headers = answer.headers();
    expect(headers['x-content-type-options'], name).toBe('nosniff');
    expect(headers['content-security-policy'], name).toMatch(/default-src '(self|none)'/);
  }
  const policy = answers.page.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src [^;]*'nonce-/);
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/script-src [^;]*'unsafe/);
  expect(answers.page.headers()['cache-control']).toBe('private, no-store');
});

test('scripts cannot read the cookies that matter', async () => {
  const { cookies } = await as('teacher').storageState();
  expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
    { httpOnly: true, sameSite: 'Lax' },
  ]);
});
