import { Socket } from 'node:net';

const lingerMs = 20;

/**
 * A socket whose end is told a moment late. When the server falls in the middle of a transaction, postgres.js
 * sends the rollback to a connection it has just forgotten and throws outside of every promise, which ends the
 * process ("Cannot read properties of null (reading 'write')"). In that moment the rollback fails like a query.
 */
class LingeringSocket extends Socket {
  override emit(event: string | symbol, ...values: unknown[]): boolean {
    if (event !== 'close') return super.emit(event, ...values);
    setTimeout(() => super.emit('close', false), lingerMs);
    return true;
  }
}

/** What postgres.js tells about where to connect. */
interface Target {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket, when the address names one. */
  readonly path?: string | false;
}

/**
 * A connection to the first host of the address, without waiting for more to send (TCP_NODELAY): a COPY of 100
 * rows took 91 ms with that wait and 1.2 ms without.
 */
export function openLingeringSocket({ host, port, path }: Target): Socket {
  const socket = new LingeringSocket();
  if (path) return socket.connect(path);
  socket.setNoDelay(true);
  return socket.connect(port[0] ?? 5432, host[0] ?? 'localhost');
}
