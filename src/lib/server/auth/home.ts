import type { Role } from './access.ts';

/** The page where each role begins. */
export function homeOf(role: Role): '/me' | '/classes' | '/admin' {
  if (role === 'learner') return '/me';
  return role === 'teacher' ? '/classes' : '/admin';
}
