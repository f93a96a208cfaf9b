import { Socket } from 'node:net';

const lingerMs = 3_000;
const pulseMs = 25;

/**
 * A socket that tells late that it was lost. postgres.js forgets a connection the moment it closes; a transaction that
 * then sends its next query, its rollback at the least, makes it throw outside of every promise, which ends the process
 * ("Cannot read properties of null (reading 'write')"). So a loss is told as an error first, again and again, which
 * fails each query that still comes, and as the end only when the transactions have had time to notice.
 */
class LingeringSocket extends Socket {
  #wasConnected = false;
  #isLeaving = false;

  constructor() {
    super();
    this.once('connect', () => (this.#wasConnected = true));
  }

  /** postgres.js takes leave with a last message; the socket ends itself without one when the server has gone. */
  override end(...values: unknown[]): this {
    if (values.length > 0) this.#isLeaving = true;
    return super.end(...(values as [() => void]));
  }

  override emit(event: string | symbol, ...values: unknown[]): boolean {
    const isLoss = event === 'close' && this.#wasConnected && !this.#isLeaving;
    if (!isLoss) return super.emit(event, ...values);
    const pulse = setInterval(() => this.#fail(), pulseMs);
    setTimeout(() => {
      clearInterval(pulse);
      super.emit('close', false);
    }, lingerMs);
    this.#fail();
    return true;
  }

  #fail(): void {
    super.emit(
      'error',
      Object.assign(new Error('the connection to PostgreSQL was lost'), { code: 'CONNECTION_CLOSED' }),
    );
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
