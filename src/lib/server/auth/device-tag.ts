import { createHash } from 'node:crypto';
import { writeSessionTag } from '#lib/client/session-tag.ts';

/**
 * What an answer tells the device's worker: for whose session it was made, so that it keeps copies for them alone and no
 * longer than the session lasts. The name is of the session, not of the person, and leads back to neither.
 */
export function deviceTag(
  { sessionId, sessionEndsAt }: Pick<App.Locals, 'sessionId' | 'sessionEndsAt'>,
  at: Date,
): string {
  if (!sessionId || !sessionEndsAt) return writeSessionTag('nobody');
  const owner = createHash('sha256').update(`device ${sessionId}`).digest('base64url').slice(0, 24);
  const seconds = Math.max(0, Math.floor((sessionEndsAt.getTime() - at.getTime()) / 1000));
  return writeSessionTag({ owner, seconds });
}
