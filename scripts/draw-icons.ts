import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { browserArguments, browserPath } from '../tests/support/browser.ts';

// The icons of the installed app, drawn from static/favicon.svg: `node scripts/draw-icons.ts`.

interface Icon {
  readonly name: string;
  /** Pixels a side. */
  readonly size: number;
  /** The share of the side that the drawing takes; the rest is cloth. Systems cut icons to their own shapes. */
  readonly drawing: number;
  readonly isFilled: boolean;
}

const cloth = '#1b4a3c';
const icons: readonly Icon[] = [
  { name: 'icon-192', size: 192, drawing: 1, isFilled: false },
  { name: 'icon-512', size: 512, drawing: 1, isFilled: false },
  // Whatever lies beyond 80 % may be cut away.
  { name: 'maskable-512', size: 512, drawing: 0.8, isFilled: true },
  { name: 'apple-touch', size: 180, drawing: 0.9, isFilled: true },
];

const favicon = readFileSync('static/favicon.svg', 'utf8');
const browser = await chromium.launch({ executablePath: browserPath(), args: [...browserArguments] });
for (const { name, size, drawing, isFilled } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const ground = isFilled ? cloth : 'transparent';
  const side = size * drawing;
  await page.setContent(`<body style="margin:0;display:grid;place-items:center;height:100vh;background:${ground}">
    <div style="width:${side}px;height:${side}px">${favicon}</div></body>`);
  const png = await page.screenshot({ omitBackground: true });
  writeFileSync(`static/icons/${name}.png`, png);
  process.stdout.write(`${name}.png: ${png.byteLength} bytes\n`);
  await page.close();
}
await browser.close();
