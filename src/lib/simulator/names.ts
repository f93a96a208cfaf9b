import type { Random } from '#lib/ml/core/random.ts';
import { chance, pick, pickIndex } from './chance.ts';

export type Gender = 'female' | 'male';
export type Origin = 'italy' | 'european-union' | 'elsewhere';

interface NameStock {
  readonly origin: Origin;
  /** Of a thousand learners, about how many. */
  readonly share: number;
  readonly female: string;
  readonly male: string;
  readonly family: string;
}

// Families that came to Italy often give an Italian first name: see `italianFirstName`.
const stocks: readonly NameStock[] = [
  {
    origin: 'italy',
    share: 840,
    female:
      'Sofia Giulia Aurora Alice Ginevra Emma Giorgia Beatrice Anna Martina Chiara Sara Francesca Elena Matilde Bianca Camilla Viola Greta Noemi Gaia Rebecca Ilaria Marta Federica Eleonora Irene Lucia Caterina Margherita Agnese Arianna Benedetta Letizia Miriam Serena Valentina Alessia Elisa Ludovica Teresa Costanza Asia Nicole Diletta Carlotta Vittoria Azzurra Silvia Cecilia',
    male: 'Leonardo Francesco Alessandro Lorenzo Mattia Andrea Gabriele Riccardo Tommaso Edoardo Matteo Giuseppe Antonio Federico Davide Pietro Giovanni Marco Filippo Diego Samuele Simone Luca Nicola Michele Emanuele Jacopo Daniele Giacomo Christian Salvatore Vincenzo Elia Alessio Cristian Stefano Paolo Enea Manuel Raffaele Domenico Valerio Ettore Niccolò Giulio Saverio Gioele Dario Cesare Bruno',
    family:
      'Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti DeLuca Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone Longo Gentile Martinelli Vitale Lombardo Serra Coppola DeSantis DAngelo Marchetti Parisi Villa Conte Ferraro Ferri Fabbri Bianco Marini Grasso Valentini Messina Sala DeAngelis Gatti Pellegrini Palumbo Sanna Farina Rizzi Monti Cattaneo Morelli Amato Silvestri Mazza Testa Grassi Pellegrino Carbone Giuliani Benedetti Barone Rossetti Caputo Montanari Guerra Palmieri Bernardi Martino Fiore DeRosa Ferretti Bellini Basile Riva Donati Piras Vitali Battaglia Sartori Neri Costantini Milani Pagano Ruggiero Sorrentino DAmico Orlando Damico Negri Zanella Bassi Fiorini Poli Tosi Viviani Ventura Cortesi Dessì Melis Puddu Lai Boaretto Zorzi',
  },
  {
    origin: 'european-union',
    share: 40,
    female: 'Andreea Ioana Elena Alexandra Maria Bianca Daria Denisa',
    male: 'Andrei Alexandru Mihai Ionut Stefan Cristian Gabriel Vlad',
    family: 'Popescu Ionescu Popa Munteanu Rusu Stan Dumitru Ciobanu Radu Marin',
  },
  {
    origin: 'elsewhere',
    share: 24,
    female: 'Elira Arta Klea Enxhi Sara Megi',
    male: 'Ardit Klevis Enea Luis Kristian Erjon',
    family: 'Hoxha Shehu Gjoka Prifti Leka Dervishi Kola',
  },
  {
    origin: 'elsewhere',
    share: 26,
    female: 'Salma Imane Hajar Yasmine Aya Nour Mariam Habiba',
    male: 'Youssef Adam Ilyas Amine Omar Bilal Karim Ziad',
    family: 'ElAmrani Benali Idrissi Chaoui Haddad Mansour Fahmy Alaoui Hassan',
  },
  {
    origin: 'elsewhere',
    share: 20,
    female: 'Yifan Jia Xinyi Giulia Siyu Anna',
    male: 'Wei Hao Junjie Luca Kevin Zihan',
    family: 'Hu Chen Zhou Lin Wang Zhang Liu',
  },
  {
    origin: 'elsewhere',
    share: 18,
    female: 'Oksana Daryna Sofiia Anastasiia Nataliia',
    male: 'Maksym Artem Bohdan Dmytro Nazar',
    family: 'Shevchenko Kovalenko Bondarenko Melnyk Boiko Savchuk',
  },
  {
    origin: 'elsewhere',
    share: 16,
    female: 'Valeria Camila Angelica Princess Althea Luz',
    male: 'Diego Joaquin Mateo JohnPaul Miguel Jerome',
    family: 'Quispe Rojas Vargas Santos Reyes Mendoza Cruz Flores',
  },
  {
    origin: 'elsewhere',
    share: 16,
    female: 'Aissatou Fatou Blessing Favour Simran Nusrat Amina',
    male: 'Moussa Ibrahima Emmanuel Destiny Arjun Rahim Gurpreet',
    family: 'Diop Ndiaye Fall Okafor Osagie Singh Kaur Hossain Rahman',
  },
];

/** `DeLuca` and `JohnPaul` keep the word lists free of blanks inside a name. */
function spaced(name: string): string {
  return name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').replace(/^D(?=[A-Z][a-z])/, "D'");
}

export interface NamedPerson {
  readonly name: string;
  readonly gender: Gender;
  readonly origin: Origin;
}

const italianFirstName = 0.35;

/** A believable name that nobody in `taken` has; adds it there. */
export function drawPersonInto(
  taken: Set<string>,
  random: Random,
  shares: readonly number[] = stockShares,
): NamedPerson {
  for (;;) {
    const stock = stocks[pickIndex(random, shares)] ?? italian;
    const gender = chance(random, 0.51) ? 'female' : 'male';
    const firstNames = chance(random, italianFirstName) ? italian : stock;
    const first = spaced(pick(random, words(firstNames[gender])));
    const name = `${first} ${spaced(pick(random, words(stock.family)))}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return { name, gender, origin: stock.origin };
  }
}

const stockShares: readonly number[] = stocks.map(({ share }) => share);
const [italian] = stocks as [NameStock, ...NameStock[]];
/** Teachers of this school, a generation older, are almost all from Italy. */
export const teacherShares: readonly number[] = stocks.map(({ share }, index) =>
  index === 0 ? 970 : share / 6,
);

const split = new Map<string, readonly string[]>();

function words(list: string): readonly string[] {
  const known = split.get(list);
  if (known) return known;
  const made = list.split(' ');
  split.set(list, made);
  return made;
}
