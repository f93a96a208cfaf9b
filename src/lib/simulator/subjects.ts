export interface Subject {
  readonly id: string;
  readonly name: string;
  readonly topics: readonly string[];
}

function subject(id: string, name: string, topics: string): Subject {
  return { id, name, topics: topics.split('; ') };
}

/** What this school teaches. Titles are the school's own data, so they are in its language. */
export const subjects: readonly Subject[] = [
  subject(
    'matematica',
    'Matematica',
    'equazioni di secondo grado; sistemi lineari; la parabola; goniometria; successioni; logaritmi; limiti; probabilità',
  ),
  subject(
    'italiano',
    'Italiano',
    'analisi di una novella; tema argomentativo; il Canto V dell’Inferno; recensione di un libro; Pirandello; parafrasi; articolo di giornale; la poesia del Novecento',
  ),
  subject(
    'storia',
    'Storia',
    'la Rivoluzione francese; il Risorgimento; la Prima guerra mondiale; la Costituzione; le fonti; la Guerra fredda; l’età dei Comuni; le migrazioni',
  ),
  subject(
    'inglese',
    'Inglese',
    'a formal letter; reported speech; a book report; the industrial novel; listening log; debate notes; travel blog; conditional sentences',
  ),
  subject(
    'fisica',
    'Fisica',
    'il moto parabolico; relazione sul pendolo; energia e lavoro; circuiti; termologia; onde; la caduta dei gravi; ottica',
  ),
  subject(
    'scienze',
    'Scienze',
    'la cellula; relazione di laboratorio; la tettonica; il ciclo del carbonio; genetica; le reazioni; ecosistemi; il corpo umano',
  ),
  subject(
    'informatica',
    'Informatica',
    'algoritmi di ordinamento; un sito in HTML; basi di dati; ricorsione; reti; un gioco in Python; codifica; privacy in rete',
  ),
  subject(
    'arte',
    'Arte',
    'scheda di un’opera; prospettiva; il Barocco; un museo della città; l’Impressionismo; disegno dal vero; architettura; fotografia',
  ),
];
