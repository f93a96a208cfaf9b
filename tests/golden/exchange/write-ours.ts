import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ourModels } from './our-models.ts';

// node tests/golden/exchange/write-ours.ts writes the files that check_originals.py then loads.

for (const { file, text } of ourModels()) writeFileSync(join(import.meta.dirname, file), text);
