import { activeKindColumns } from '../history.ts';
import { entropy, type Look, type Measure, total } from '../look.ts';
import { anyPast } from './windows.ts';

export const breadthMeasures: readonly Measure[] = [
  {
    id: 'kinds',
    family: 'breadth',
    unit: 'kinds',
    name: { it: 'Modi diversi di lavorare', en: 'Different ways of working' },
    description: {
      it: 'Quanti tipi diversi di attività hai usato: leggere, esercitarti, scrivere nel forum, consegnare…',
      en: 'How many different kinds of activity you used: reading, practising, writing in the forum, handing in…',
    },
    good: 'high',
    ...anyPast,
    compute: (look) => kindCounts(look).filter((count) => count > 0).length,
  },
  {
    id: 'kind-entropy',
    family: 'breadth',
    unit: 'bits',
    name: { it: 'Equilibrio fra i modi', en: 'Balance between ways' },
    description: {
      it: 'Quanto sono equilibrati i tuoi modi di lavorare: 0 se usi sempre lo stesso, di più se ne usi tanti in parti simili.',
      en: 'How balanced your ways of working are: 0 if always the same one, more if you use many in like parts.',
    },
    good: 'neither',
    ...anyPast,
    compute: (look) => entropy(kindCounts(look)),
  },
];

function kindCounts(look: Look): number[] {
  return activeKindColumns.map((kind) => total(look, kind));
}
