import { expect, type Page, test } from '@playwright/test';
import { enterDemo } from './people.ts';

// The page on which an admin checks the small model in this very browser: every way to count with it that the machine has
// answers about 200 learners as the server does, and tfjs leaves no tensor behind.

interface Row {
  readonly engine: string;
  readonly verdict: string;
  readonly largest: number;
  readonly otherOrders: number;
  readonly learners: number;
  readonly tensors: string;
}

async function rowsOf(page: Page): Promise<Row[]> {
  const rows = page.getByRole('table', { name: 'This browser beside the server' }).locator('tbody tr');
  const cells = await rows.evaluateAll((found) =>
    found.map((row) =>
      [...row.children].map((cell) => cell.textContent?.trim().replaceAll(/\s+/g, ' ') ?? ''),
    ),
  );
  return cells.map(([engine, verdict, largest, orders, learners, , , tensors]) => ({
    engine,
    verdict,
    largest: Number(largest),
    otherOrders: Number(orders),
    learners: Number(learners),
    tensors,
  }));
}

/** The demo trains its models beside the pages; the small one comes after the one it imitates. Says what came of it. */
async function untilTaught(page: Page): Promise<'in use' | 'refused'> {
  const refused = page.getByText('Too far from the model it imitates');
  const inUse = page.getByRole('link', { name: 'Check it in this browser' });
  await expect(async () => {
    await page.goto('/admin/models');
    await expect(refused.or(inUse)).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 400_000, intervals: [5_000] });
  return (await refused.isVisible()) ? 'refused' : 'in use';
}

test('this browser answers about 200 learners as the server does', async ({ browser }) => {
  test.setTimeout(900_000);
  const { context, page } = await enterDemo(browser, 'admin');
  const problems: string[] = [];
  page.on('pageerror', ({ message }) => problems.push(message));
  const taught = await untilTaught(page);
  test.skip(taught === 'refused', 'the small school taught a small model that is too far off to be used');
  await page.goto('/admin/models/preview-check');
  await page.getByRole('button', { name: 'Check this model in this browser' }).click();
  await expect(page.getByText('This browser answers as the server does.')).toBeVisible({ timeout: 500_000 });
  const rows = await rowsOf(page);
  for (const { engine, verdict } of rows)
    if (verdict === 'not on this device') console.log(`same answer: skipped ${engine}, not on this device`);
  const checked = rows.filter(({ verdict }) => verdict !== 'not on this device');
  expect(checked.map(({ engine }) => engine)).toEqual(
    expect.arrayContaining([
      'Typed arrays (what learners’ pages begin with)',
      'WebAssembly with SIMD (what learners’ pages move on to)',
      'TensorFlow.js, plain',
      'TensorFlow.js, WebAssembly',
    ]),
  );
  for (const { engine, largest, otherOrders, learners, tensors } of checked) {
    expect(largest, engine).toBeLessThanOrEqual(1e-5);
    expect(otherOrders, engine).toBe(0);
    expect(learners, engine).toBe(200);
    if (!engine.startsWith('TensorFlow')) continue;
    const [, before, after] = /^(\d+) → (\d+) over 10,000 what-ifs$/.exec(tensors) ?? [];
    expect(after, `${engine}: ${tensors}`).toBe(before);
  }
  expect(problems).toEqual([]);
  await context.close();
});
