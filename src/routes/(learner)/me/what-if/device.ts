import type { Locale } from '#lib/i18n/index.ts';
import type { PreviewData } from '#lib/preview/data.ts';
import type { DeedShare, PreviewReason } from '#lib/preview/preview.ts';
import type { By } from './choice.ts';
import deskFile from './desk.worker.ts?worker&url';
import type { Supposition } from './desk.ts';
import type { Answers, FromDesk, PlainOutlook, Question, ToDesk } from './desk-messages.ts';
import type { Outlook } from './outlook.ts';

/** The panel's answers, given on this device: after opening it nothing is asked of the server. */
export interface Device {
  /** Deeds beyond what is possible by then are taken as far as they are. */
  outlook(supposed: Supposition): Promise<Outlook>;
  why(badgeId: string, supposed: Supposition): Why;
  /** Ends the work; no question is answered any more. */
  close(): void;
}

export interface Why {
  /** The largest effect first; empty without a model, and where the rule is met. */
  reasons(): Promise<readonly PreviewReason[]>;
  /** Those that move anything, the largest first; null when the answer is no longer wanted. */
  shares(unwanted: AbortSignal): Promise<readonly DeedShare[] | null>;
}

/** The script that answers: what a device keeps to answer without a network. */
export { deskFile };

/** Fetches the learner's own data and the small model. @throws when either cannot be had or is of another version */
export async function openDevice(locale: Locale): Promise<Device> {
  const line = openLine();
  try {
    const data = (await (await fetched('/me/preview.json')).json()) as PreviewData;
    const student = data.model && (await bytesOf(data.model.url));
    line.tell({ kind: 'open', data, student, locale }, student ? [student.buffer] : []);
    const complete = completer(data);
    const device: Device = {
      outlook: async (supposed) => complete(await line.ask({ kind: 'outlook', supposed })),
      why: (badgeId, supposed) => ({
        reasons: () => line.ask({ kind: 'reasons', badgeId, supposed }),
        shares: (unwanted) => line.ask({ kind: 'shares', badgeId, supposed }, unwanted),
      }),
      close: () => line.close(),
    };
    return device;
  } catch (error) {
    line.close();
    throw error;
  }
}

/**
 * Adds what the page knows of each badge. Bounds and usual weeks of a time come with each answer and never change: they stay
 * the same objects, so that nothing that shows them is drawn anew.
 */
function completer(data: PreviewData): (plain: PlainOutlook) => Outlook {
  const cards = new Map(data.badges.map((badge) => [badge.id, badge]));
  const times = new Map<By, Pick<Outlook, 'bounds' | 'usual'>>();
  return ({ badges, ...rest }) => {
    const { bounds, usual } = times.get(rest.by) ?? rest;
    times.set(rest.by, { bounds, usual });
    return {
      ...{ ...rest, bounds, usual },
      badges: badges.flatMap((badge) => {
        const card = cards.get(badge.id);
        if (!card) return [];
        return [{ ...badge, name: card.name, emblem: card.emblem, rarity: card.liveRarity }];
      }),
    };
  };
}

interface Line {
  tell(message: ToDesk, given?: Transferable[]): void;
  ask<K extends Question['kind']>(
    question: Extract<Question, { kind: K }>,
    unwanted?: AbortSignal,
  ): Promise<Answers[K]>;
  close(): void;
}

interface Waiting {
  readonly take: (answer: Answers[Question['kind']]) => void;
  readonly fail: (error: Error) => void;
}

/** A line to a worker of its own. What it cannot do any more, every open question is told. */
function openLine(): Line {
  const worker = new Worker(deskFile, { type: 'module' });
  const waiting = new Map<number, Waiting>();
  let next = 0;
  let broken: Error | null = null;
  const fail = (error: Error) => {
    broken ??= error;
    for (const { fail: failOne } of waiting.values()) failOne(error);
    waiting.clear();
  };
  worker.addEventListener('message', ({ data }: MessageEvent<FromDesk>) => {
    if (data.kind === 'failed' && data.id === null) return fail(new Error(data.reason));
    const one = waiting.get(data.id ?? NaN);
    waiting.delete(data.id ?? NaN);
    if (data.kind === 'answer') one?.take(data.answer);
    else one?.fail(new Error(data.reason));
  });
  worker.addEventListener('error', ({ message }) => fail(new Error(`what-if: ${message}`)));
  const tell = (message: ToDesk, given: Transferable[] = []) => worker.postMessage(message, given);
  return {
    tell,
    ask: (question, unwanted) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        const id = next++;
        waiting.set(id, { take: resolve as Waiting['take'], fail: reject });
        tell({ kind: 'ask', id, question });
        unwanted?.addEventListener('abort', () => tell({ kind: 'drop', id }), { once: true });
      }),
    close: () => {
      worker.terminate();
      fail(new Error('what-if: closed'));
    },
  };
}

async function fetched(path: string): Promise<Response> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: expected status 200, got ${response.status}`);
  return response;
}

async function bytesOf(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetched(path)).arrayBuffer());
}
