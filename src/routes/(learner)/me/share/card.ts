// The picture that a learner shows to others, drawn on their own device.

/** What stands on the card, in the learner's language. */
export interface Card {
  readonly title: string;
  readonly text: string;
  /** `Rare: 4% of my school have it.` */
  readonly rarity: string;
  /** `Earned by Ada`, or without a name. */
  readonly signature: string;
}

/** As link previews show it. */
export const cardSize = { width: 1200, height: 630 } as const;

const paper = '#faf5ea';
const surface = '#fffdf8';
const ink = '#2a231a';
const softInk = '#62574a';
const thread = '#c2913a';
const pine = '#1b4a3c';

const titleFont = "'Iowan Old Style', 'Palatino Linotype', Palatino, P052, Georgia, serif";
const textFont = "Seravek, 'Gill Sans Nova', Ubuntu, Calibri, 'Segoe UI', system-ui, sans-serif";

const emblemSize = 380;
const textLeft = 530;
const textWidth = 580;

/** Draws the card over the whole canvas. `emblem`: a loaded picture of it. */
export function drawCard(canvas: HTMLCanvasElement, card: Card, emblem: CanvasImageSource): void {
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('canvas: expected a 2d context, got none');
  Object.assign(canvas, cardSize);
  drawCloth(pen);
  pen.drawImage(emblem, 100, (cardSize.height - emblemSize) / 2, emblemSize, emblemSize);
  let top = 120;
  top = write(pen, card.title, top, { font: `600 60px ${titleFont}`, ink, lineHeight: 68, mostLines: 2 });
  top = write(pen, card.text, top + 18, { font: `30px ${textFont}`, ink, lineHeight: 42, mostLines: 4 });
  write(pen, card.rarity, top + 18, { font: `26px ${textFont}`, ink: softInk, lineHeight: 36, mostLines: 2 });
  pen.font = `600 28px ${textFont}`;
  pen.fillStyle = pine;
  pen.fillText(card.signature, textLeft, cardSize.height - 84, textWidth - 150);
  pen.textAlign = 'end';
  pen.font = `600 30px ${titleFont}`;
  pen.fillText('Merito', textLeft + textWidth, cardSize.height - 84);
  pen.textAlign = 'start';
}

/** Warm paper with the seam of a sewn patch. */
function drawCloth(pen: CanvasRenderingContext2D): void {
  const { width, height } = cardSize;
  pen.fillStyle = paper;
  pen.fillRect(0, 0, width, height);
  pen.fillStyle = surface;
  pen.beginPath();
  pen.roundRect(32, 32, width - 64, height - 64, 28);
  pen.fill();
  pen.strokeStyle = thread;
  pen.lineWidth = 4;
  pen.lineCap = 'round';
  pen.setLineDash([14, 12]);
  pen.beginPath();
  pen.roundRect(48, 48, width - 96, height - 96, 20);
  pen.stroke();
  pen.setLineDash([]);
}

interface Hand {
  readonly font: string;
  readonly ink: string;
  readonly lineHeight: number;
  readonly mostLines: number;
}

/** Writes below `top` and returns where it ended. */
function write(pen: CanvasRenderingContext2D, text: string, top: number, hand: Hand): number {
  pen.font = hand.font;
  pen.fillStyle = hand.ink;
  pen.textBaseline = 'alphabetic';
  const lines = wrapText(text, (line) => pen.measureText(line).width <= textWidth, hand.mostLines);
  lines.forEach((line, row) => pen.fillText(line, textLeft, top + (row + 1) * hand.lineHeight));
  return top + lines.length * hand.lineHeight;
}

/** Breaks between words; what does not fit on the last line ends in an ellipsis. */
export function wrapText(text: string, fits: (line: string) => boolean, mostLines: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || fits(longer)) {
      line = longer;
      continue;
    }
    if (lines.length === mostLines - 1) return [...lines, `${line} …`];
    lines.push(line);
    line = word;
  }
  return line === '' ? lines : [...lines, line];
}
