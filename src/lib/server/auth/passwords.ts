import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

// OWASP's first choice for Argon2id (the library's default variant): 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const shortest = 10;
const longest = 200;

/** Why a password cannot be used, or null when it can. */
export function passwordFault(password: string): 'too short' | 'too long' | null {
  const length = [...password].length;
  if (length < shortest) return 'too short';
  return length > longest ? 'too long' : null;
}

/** About 30 ms of one core and 19 MiB, by design. */
export async function hashPassword(password: string): Promise<string> {
  const fault = passwordFault(password);
  if (fault)
    throw new Error(`password: expected ${shortest} to ${longest} characters, got one that is ${fault}`);
  return hash(normal(password), cost);
}

let nobodysHash: Promise<string> | undefined;

/** Checks a password; with no account it does the same work and answers false, so that time tells nothing. */
export async function isPassword(storedHash: string | null, password: string): Promise<boolean> {
  nobodysHash ??= hash('nobody has this password', cost);
  const isRight = await verify(storedHash ?? (await nobodysHash), normal(password.slice(0, longest * 2)));
  return storedHash !== null && isRight;
}

// No letters or digits that are mistaken for each other when copied from paper.
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** Four groups of four: 79 bits, easy to read aloud. */
export function oneTimePassword(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}

/** The same password typed on two keyboards may come as different code points. */
function normal(password: string): string {
  return password.normalize('NFKC');
}
