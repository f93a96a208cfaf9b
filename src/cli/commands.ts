import type { Command } from './command.ts';

/** Every command, in the order of `merito --help`. Loaded when called, so that help stays instant. */
export const commands: readonly {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}[] = [
  {
    name: 'demo',
    summary: 'build and show the demo school',
    load: async () => (await import('./demo.ts')).default,
  },
  {
    name: 'school create',
    summary: 'add a school and its first admin',
    load: async () => (await import('./school.ts')).schoolCreate,
  },
  {
    name: 'school set',
    summary: 'set the bounds for undeserved awards and for gaps between groups',
    load: async () => (await import('./school-set.ts')).schoolSet,
  },
  {
    name: 'user create',
    summary: 'add an account and print its password once',
    load: async () => (await import('./user.ts')).userCreate,
  },
  {
    name: 'user password',
    summary: 'give an account a new password',
    load: async () => (await import('./user.ts')).userPassword,
  },
  {
    name: 'badges list',
    summary: 'list the badges with their live rarity',
    load: async () => (await import('./badges.ts')).badgesList,
  },
  {
    name: 'badges fit',
    summary: "set the badges' thresholds from the school's own history",
    load: async () => (await import('./badges.ts')).badgesFit,
  },
  {
    name: 'import oulad',
    summary: 'import the Open University learning log',
    load: async () => (await import('./import-oulad.ts')).default,
  },
  {
    name: 'import events',
    summary: 'import a table of events',
    load: async () => (await import('./import-events.ts')).default,
  },
  {
    name: 'score',
    summary: 'ask the models about every learner',
    load: async () => (await import('./award.ts')).score,
  },
  {
    name: 'award',
    summary: 'evaluate learners and award badges',
    load: async () => (await import('./award.ts')).award,
  },
  {
    name: 'train',
    summary: "train the models on the school's own past",
    load: async () => (await import('./train.ts')).default,
  },
  {
    name: 'evaluate',
    summary: 'show how good the models are, beside simple baselines',
    load: async () => (await import('./evaluate.ts')).default,
  },
  {
    name: 'models list',
    summary: 'list the models of every task',
    load: async () => (await import('./models.ts')).modelsList,
  },
  {
    name: 'models columns',
    summary: 'print what a task learns from, for training elsewhere',
    load: async () => (await import('./models.ts')).modelsColumns,
  },
  {
    name: 'models import',
    summary: 'take a model that was trained elsewhere',
    load: async () => (await import('./models.ts')).modelsImport,
  },
  {
    name: 'models export',
    summary: 'write the champion as a file of another library',
    load: async () => (await import('./models.ts')).modelsExport,
  },
  {
    name: 'openapi',
    summary: 'print the OpenAPI document of the API',
    load: async () => (await import('./openapi.ts')).openapi,
  },
];
