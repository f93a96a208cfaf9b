import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** A load of POST requests from callers that each wait for their answer before the next request. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly authorization: string;
  readonly callers: number;
  readonly eventsPerBody: number;
  readonly seconds: number;
  readonly learners: number;
  /** Keeps event ids of several loads apart. */
  readonly run: string;
}

export interface LoadResult {
  readonly requests: number;
  readonly events: number;
  readonly failed: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs the load in a thread of its own, so that the callers' work is not the server's. */
export function runLoad(load: Load): Promise<LoadResult> {
  return new Promise((done, failed) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: load });
    worker.once('message', done);
    worker.once('error', failed);
  });
}

const kinds = ['view', 'read', 'practice', 'forum', 'browse'];

function bodyOf(load: Load, caller: number, request: number): string {
  const events = Array.from({ length: load.eventsPerBody }, (_, i) => {
    const number = request * load.eventsPerBody + i;
    const learner = `learner-${(caller * 7919 + number * 31) % load.learners}`;
    const minute = String(number % 60).padStart(2, '0');
    const at = `2026-03-1${number % 2}T09:${minute}:00+01:00`;
    return {
      id: `${load.run}-${caller}-${number}`,
      learner,
      kind: kinds[number % kinds.length],
      at,
      class: '3B',
    };
  });
  return JSON.stringify(load.eventsPerBody === 1 ? events[0] : events);
}

/** One caller on one connection; resolves with the milliseconds of each answer. */
function call(load: Load, caller: number, until: number): Promise<{ times: number[]; failed: number }> {
  return new Promise((done, broken) => {
    const socket = connect(load.port, '127.0.0.1').setNoDelay(true);
    const times: number[] = [];
    let failed = 0;
    let started = 0;
    const next = () => {
      started = performance.now();
      if (started >= until) return void socket.end(() => done({ times, failed }));
      const body = bodyOf(load, caller, times.length);
      const head = `POST ${load.path} HTTP/1.1\r\nhost: bench\r\nauthorization: ${load.authorization}\r\n`;
      socket.write(
        `${head}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    };
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      times.push(performance.now() - started);
      if (!answer.startsWith('HTTP/1.1 200')) failed++;
      answer = '';
      next();
    });
    socket.once('error', broken);
    socket.once('connect', next);
  });
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  if (end < 0) return false;
  const body = answer.slice(end + 4);
  const length = /content-length: (\d+)/i.exec(answer)?.[1];
  return length ? body.length >= Number(length) : body.endsWith('0\r\n\r\n');
}

async function main(load: Load): Promise<LoadResult> {
  const start = performance.now();
  const until = start + load.seconds * 1000;
  const results = await Promise.all(Array.from({ length: load.callers }, (_, i) => call(load, i, until)));
  const seconds = (performance.now() - start) / 1000;
  const times = results.flatMap((result) => result.times).sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? NaN;
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  const requests = times.length;
  return {
    requests,
    events: requests * load.eventsPerBody,
    failed,
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

if (!isMainThread) parentPort?.postMessage(await main(workerData as Load));
