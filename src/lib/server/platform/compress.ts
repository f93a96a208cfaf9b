import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const gzipped = promisify(gzip);
const texts =
  /^(text\/(html|css|csv|plain)|application\/(json|problem\+json|manifest\+json)|image\/svg\+xml)\b/;
/** Below this the header and the work cost more than they save. */
const smallest = 1024;

/**
 * The same answer in fewer bytes, for those who read gzip. Only what was asked for with GET: the pages that show a new
 * password or key once answer a POST, and a length that an attacker can watch must not depend on a secret (BREACH).
 * An answer without a length is still being written and passes as it is.
 * @see https://breachattack.com
 */
export async function compressed(request: Request, response: Response): Promise<Response> {
  if (!isWorthwhile(request, response)) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  headers.append('vary', 'accept-encoding');
  if (!readsGzip(request)) return new Response(response.body, { status, statusText, headers });
  const body = await gzipped(await response.arrayBuffer());
  headers.set('content-encoding', 'gzip');
  headers.set('content-length', String(body.byteLength));
  return new Response(new Uint8Array(body), { status, statusText, headers });
}

function isWorthwhile(request: Request, { headers, status, body }: Response): boolean {
  return (
    request.method === 'GET' &&
    status === 200 &&
    body !== null &&
    !headers.has('content-encoding') &&
    texts.test(headers.get('content-type') ?? '') &&
    Number(headers.get('content-length') ?? 0) >= smallest
  );
}

function readsGzip(request: Request): boolean {
  const offers = (request.headers.get('accept-encoding') ?? '').split(',').map((offer) => offer.trim());
  return offers.some((offer) => /^(gzip|\*)(;\s*q=(?!0(\.0*)?$)|$)/i.test(offer));
}
