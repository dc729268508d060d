/** What a shortcut of the installed app asks for (`?do=…`, see `tools/web-manifest.ts`). */
import { viewStore } from '../layout/view-store.ts';

/** Does it once: the address is put back, so that a reload does not do it again. A new chat is what the page opens with. */
export function takeStartAction(): void {
  const address = new URL(location.href);
  const action = address.searchParams.get('do');
  if (action === null) return;
  address.searchParams.delete('do');
  history.replaceState(history.state, '', address);
  if (action === 'models') viewStore.getState().openPanel('models');
}
