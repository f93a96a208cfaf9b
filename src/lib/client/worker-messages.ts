/** What a page says to the device's worker. */
export type ToWorker =
  /** Keep these addresses of this origin, so that they open without a network. */
  | { readonly kind: 'keep'; readonly addresses: readonly string[] }
  /** The person agreed to the new version: take over from the old one now. */
  | { readonly kind: 'take over' };

/** What the worker says to a page: the answer just given is a copy made then (ISO 8601), the network gave none. */
export interface ToPage {
  readonly kind: 'copy';
  readonly keptAt: string;
}

/** The name of the meta element that says when the copy of a page was made (ISO 8601). */
export const copyMeta = 'merito-copy';
