/** A file that is no model of its format, or holds what our trees cannot answer alike. The message begins with the place. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError';
  /** Where in the file: `trees[3].left_children[7]`. */
  readonly place: string;

  constructor(place: string, problem: string) {
    super(`${place}: ${problem}`);
    this.place = place;
  }
}

/** A model whose answers a format cannot give alike; the message says why. */
export class ModelExportError extends Error {
  override readonly name = 'ModelExportError';
}
