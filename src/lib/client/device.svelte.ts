import { copyMeta, type ToPage } from './worker-messages.ts';

/** What the page knows about the device it is on. */
interface Device {
  /** `ready`: a new version waits. `elsewhere`: another tab changed to it, and this page is of the old one. */
  update: 'none' | 'ready' | 'elsewhere';
  /** When the copy that is shown was made (ISO 8601); null for what came from the server. */
  copyOf: string | null;
  isOffline: boolean;
}

export const device: Device = $state({ update: 'none', copyOf: null, isOffline: false });

/** Follows the network and the worker's messages. Returns what ends it. */
export function followDevice(): () => void {
  device.copyOf = document.querySelector<HTMLMetaElement>(`meta[name="${copyMeta}"]`)?.content ?? null;
  const look = () => (device.isOffline = !navigator.onLine);
  look();
  addEventListener('online', look);
  addEventListener('offline', look);
  navigator.serviceWorker?.addEventListener('message', hear);
  return () => {
    removeEventListener('online', look);
    removeEventListener('offline', look);
    navigator.serviceWorker?.removeEventListener('message', hear);
  };
}

function hear({ data }: MessageEvent<ToPage>): void {
  device.copyOf = data.keptAt;
}

/** What comes next is from the server, unless the worker says otherwise. */
export function expectServer(): void {
  if (navigator.onLine) device.copyOf = null;
}
