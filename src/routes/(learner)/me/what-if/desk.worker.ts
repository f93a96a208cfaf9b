import { decodeStudent } from '#lib/ml/distil/flat-file.ts';
import { checkPreviewData } from '#lib/preview/data.ts';
import { bys } from './choice.ts';
import { type Desk, openDesk } from './desk.ts';
import type { Answers, FromDesk, PlainOutlook, Question, ToDesk } from './desk-messages.ts';
import type { Outlook } from './outlook.ts';

// The desk in a worker of its own: however long an answer takes on a slow phone, no frame of the page waits for it.

const worker = self as unknown as DedicatedWorkerGlobalScope;
const tell = (message: FromDesk) => worker.postMessage(message);
const asked = new Map<number, AbortController>();
let desk: Desk | undefined;
let isWarm = false;
let quiet: ReturnType<typeof setTimeout> | undefined;
const quietMs = 700;
const rounds = 12;

worker.addEventListener('message', ({ data }: MessageEvent<ToDesk>) => {
  if (data.kind === 'open') open(data);
  else if (data.kind === 'drop') asked.get(data.id)?.abort();
  else void answer(data.id, data.question);
  // What makes later answers faster waits until nobody asks: on a phone it would take from the page's own processor.
  clearTimeout(quiet);
  if (!isWarm) quiet = setTimeout(() => void warmUp(), quietMs);
});

function open({ data, student, locale }: Extract<ToDesk, { kind: 'open' }>): void {
  try {
    desk = openDesk(checkPreviewData(data), student && decodeStudent(student), locale);
  } catch (error) {
    tell({ kind: 'failed', id: null, reason: String(error) });
  }
}

/**
 * Asks what a finger will ask before it does: code that ran a few times runs several times as fast. Questions of the page
 * come in between.
 */
async function warmUp(): Promise<void> {
  if (!desk) return;
  isWarm = true;
  await desk.quicken();
  for (let round = 0; round < rounds; round++) {
    const by = bys[round % bys.length];
    const { bounds } = desk.outlook({ by, deeds: null });
    const deeds = Object.fromEntries(
      bounds.map(({ deed, most }) => [deed, Math.floor((most * round) / rounds)]),
    );
    desk.outlook({ by, deeds });
    await new Promise((resume) => setTimeout(resume));
  }
}

async function answer(id: number, question: Question): Promise<void> {
  const unwanted = new AbortController();
  asked.set(id, unwanted);
  try {
    if (!desk) throw new Error('desk: expected to be opened before the first question');
    tell({ kind: 'answer', id, answer: await answerOf(desk, question, unwanted.signal) });
  } catch (error) {
    tell({ kind: 'failed', id, reason: String(error) });
  } finally {
    asked.delete(id);
  }
}

function answerOf(
  desk: Desk,
  question: Question,
  unwanted: AbortSignal,
): Answers[Question['kind']] | Promise<Answers[Question['kind']]> {
  if (question.kind === 'outlook') return plain(desk.outlook(question.supposed));
  if (question.kind === 'reasons') return desk.reasons(question.badgeId, question.supposed);
  return desk.shares(question.badgeId, question.supposed, unwanted);
}

function plain({ badges, ...rest }: Outlook): PlainOutlook {
  return {
    ...rest,
    badges: badges.map(({ id, value, usually, isMet, isMetUsually, missing }) => ({
      id,
      value,
      usually,
      isMet,
      isMetUsually,
      missing,
    })),
  };
}
