/** Made when first asked for, and then kept: what the first answer can do without must not delay it. */
export function onDemand<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
