import { PeopleError } from '#lib/server/auth/users.ts';
import { UsageError } from './command.ts';

/** Lets a refusal by the rules of people and schools reach the person who typed, without a stack. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    throw failure instanceof PeopleError ? new UsageError(failure.message) : failure;
  }
}
