import { passwordFault } from './passwords.ts';
import { isEmail } from './users.ts';

// What the forms of the doors share: reading text fields and saying what is wrong with them.

export type FieldFault = 'required' | 'email' | 'password too short' | 'password too long';

/** A text field without the spaces around it; empty when it is missing or a file. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** As typed: spaces belong to a password. */
export function passwordOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function emailFault(email: string): FieldFault | null {
  if (email === '') return 'required';
  return isEmail(email) ? null : 'email';
}

export function newPasswordFault(password: string): FieldFault | null {
  if (password === '') return 'required';
  const fault = passwordFault(password);
  return fault && `password ${fault}`;
}

/** Where to go after log-in: a path of this site, never another host. */
export function localPath(path: string | null): string | null {
  return path && /^\/(?![/\\])/.test(path) ? path : null;
}
