/** A channel to the other tabs; null where the browser has none or denies it: each tab is then on its own. */
export function openChannel(name: string): BroadcastChannel | null {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
