/** Nobody is logged in here: what a person left behind goes, also where the browser does not clear it by itself. */
export async function forgetPerson(): Promise<void> {
  localStorage.clear();
  sessionStorage.clear();
  const databases = (await indexedDB.databases?.()) ?? [];
  for (const { name } of databases) if (name) indexedDB.deleteDatabase(name);
}
