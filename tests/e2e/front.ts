import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in front of the real one, which can bring out another version of the worker, or find its server away. */
export interface Front {
  readonly url: string;
  /** From now on the worker is that of another build. */
  bringOut(version: string): void;
  setAway(isAway: boolean): void;
  stop(): Promise<void>;
}

export async function openFront(target: string): Promise<Front> {
  let version: string | null = null;
  let isAway = false;
  const server = createServer((incoming, outgoing) => {
    if (isAway) return void outgoing.writeHead(502, { 'content-type': 'text/html' }).end('Bad gateway');
    if (incoming.url === '/service-worker.js' && version !== null)
      return void sendWorker(target, version, outgoing);
    return pass(target, incoming, outgoing);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    bringOut: (next) => (version = next),
    setAway: (next) => (isAway = next),
    stop: () => stop(server),
  };
}

function pass(target: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { origin, ...headers } = incoming.headers;
  const url = new URL(incoming.url ?? '/', target);
  const asked = request(url, {
    method: incoming.method,
    headers: { ...headers, host: url.host, ...(origin ? { origin: url.origin } : {}) },
  });
  asked.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  asked.on('error', () => outgoing.destroy());
  incoming.pipe(asked);
}

async function sendWorker(target: string, version: string, outgoing: ServerResponse): Promise<void> {
  const script = await (await fetch(`${target}/service-worker.js`)).text();
  // A build is called by the millisecond it was made in.
  outgoing.writeHead(200, { 'content-type': 'text/javascript' });
  outgoing.end(script.replace(/(["'`])\d{13}\1/, JSON.stringify(version)));
}

function stop(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });
}
