/** The header in which the server tells the device's worker whose answer this is. */
export const sessionHeader = 'merito-session';

/** Nobody is logged in, or: an opaque name of the session, and how long it still lasts. */
export type SessionTag = 'nobody' | { readonly owner: string; readonly seconds: number };

const shape = /^([\w-]{16,64}) (\d{1,8})$/;

/** `nobody`, or `<owner> <seconds>`: seconds and not an instant, since the device's clock may be wrong. */
export function writeSessionTag(tag: SessionTag): string {
  return tag === 'nobody' ? tag : `${tag.owner} ${tag.seconds}`;
}

/** Null for what this server did not write: a proxy's page, or the portal of a hotel's network. */
export function readSessionTag(text: string | null): SessionTag | null {
  if (text === 'nobody') return text;
  const [, owner, seconds] = shape.exec(text ?? '') ?? [];
  return owner && seconds ? { owner, seconds: Number(seconds) } : null;
}
