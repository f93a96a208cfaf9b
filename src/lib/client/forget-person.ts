const channelName = 'merito-left';

/**
 * Nobody is logged in here: what a person left behind goes, also where the browser did not clear it by itself, and pages
 * of theirs that are still open in other tabs hear of it.
 */
export async function forgetPerson(): Promise<void> {
  const channel = new BroadcastChannel(channelName);
  channel.postMessage(null);
  channel.close();
  localStorage.clear();
  sessionStorage.clear();
  const databases = (await indexedDB.databases?.()) ?? [];
  for (const { name } of databases) if (name) indexedDB.deleteDatabase(name);
}

/** Leaves a page that belongs to somebody once they left in another tab. Returns what ends the watch. */
export function leaveWithPerson(): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', () => location.replace('/login'));
  return () => channel.close();
}
