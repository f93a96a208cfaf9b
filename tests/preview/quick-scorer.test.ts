import { afterEach, describe, expect, test, vi } from 'vitest';
import { examplePreview, exampleStudent } from '../support/preview-example.ts';
import { openPreview } from '#lib/preview/open-preview.ts';
import { openQuickScorer } from '#lib/preview/quick-scorer.ts';

const student = exampleStudent();

afterEach(() => vi.unstubAllGlobals());

describe('a preview that moves on to SIMD', () => {
  test('ranks the same badges in the same order, to 1e-6', async () => {
    for (const learner of [0, 7, 60]) {
      const data = examplePreview({ learner });
      const scorer = openQuickScorer(student);
      const [plain, quick] = [openPreview(data, student), openPreview(data, student, scorer)];
      const until = plain.today + 21;
      const deeds = plain.usual(until);
      expect(quick.rank(deeds, until)).toEqual(plain.rank(deeds, until));
      expect(await scorer.quicken()).toBe(true);
      const [expected, got] = [plain.rank(deeds, until), quick.rank(deeds, until)];
      expect(got.map(({ badgeId }) => badgeId)).toEqual(expected.map(({ badgeId }) => badgeId));
      expect(got.map(({ chance }) => chance)).not.toEqual(expected.map(({ chance }) => chance));
      for (const [i, { chance }] of got.entries())
        expect(Math.abs((chance ?? NaN) - (expected[i].chance ?? NaN))).toBeLessThan(1e-6);
    }
  });

  test('stays with typed arrays where WebAssembly is missing', async () => {
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const fresh = await import('#lib/preview/quick-scorer.ts');
    const data = examplePreview({ learner: 7 });
    const scorer = fresh.openQuickScorer(student);
    expect(await scorer.quicken()).toBe(false);
    expect(openPreview(data, student, scorer).now()).toEqual(openPreview(data, student).now());
  });
});
