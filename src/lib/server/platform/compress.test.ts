import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressed } from './compress.ts';

const long = '<p>Una storia di distintivi.</p>'.repeat(200);

function asked(encoding: string | null = 'gzip, deflate, br', method = 'GET'): Request {
  const headers = new Headers(encoding === null ? {} : { 'accept-encoding': encoding });
  return new Request('https://merito.school.example/me', { method, headers });
}

function answer(body = long, options: ResponseInit & { type?: string } = {}): Response {
  const headers = { 'content-type': options.type ?? 'text/html', 'content-length': String(body.length) };
  return new Response(body, { ...options, headers: { ...headers, ...options.headers } });
}

test('a page comes in fewer bytes and reads the same', async () => {
  const response = await compressed(asked(), answer());
  const body = new Uint8Array(await response.arrayBuffer());
  expect(body.length).toBeLessThan(long.length / 10);
  expect(response.headers.get('content-length')).toBe(String(body.length));
  expect(response.headers.get('content-encoding')).toBe('gzip');
  expect(response.headers.get('vary')).toBe('accept-encoding');
  expect(gunzipSync(body).toString()).toBe(long);
});

describe('the answer stays as it is', () => {
  const same = async (request: Request, response: Response) => {
    const after = await compressed(request, response);
    expect(after.headers.get('content-encoding')).toBe(response.headers.get('content-encoding'));
    return after;
  };

  test.each([null, '', 'br', 'identity', 'gzip;q=0', 'gzip;q=0.0', 'xgzip'])(
    'for who reads %j',
    async (offer) => {
      expect(await (await same(asked(offer), answer())).text()).toBe(long);
    },
  );

  test('to what was sent: such pages show a password once', () => same(asked('gzip', 'POST'), answer()));
  test('when it is short', () => same(asked(), answer('<p>short</p>')));
  test('when it is no text', () => same(asked(), answer(long, { type: 'image/png' })));
  test('when it is a refusal', () => same(asked(), answer(long, { status: 404 })));
  test('when it is packed already', () =>
    same(asked(), answer(long, { headers: { 'content-encoding': 'br' } })));
  test('while it is still being written', async () => {
    const streamed = new Response(new Blob([long]).stream(), { headers: { 'content-type': 'text/html' } });
    expect(await (await same(asked(), streamed)).text()).toBe(long);
  });
});

test.each(['gzip', 'gzip;q=0.5', '*', 'br;q=1, gzip;q=0.8'])('%j reads it', async (offer) => {
  expect((await compressed(asked(offer), answer())).headers.get('content-encoding')).toBe('gzip');
});
