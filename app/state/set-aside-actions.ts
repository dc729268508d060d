/** What did not parse and was set aside: as a file, or away with it. */
import type { ChatCore } from './chat-core.ts';
import type { ChatState } from './chat-state.ts';
import { discardLocalSetAside, localSetAside } from './records/local-records.ts';
import { setAsideFile, setAsideStore } from './records/set-aside.ts';

export function setAsideActions(core: ChatCore): Pick<ChatState, 'setAsideFile' | 'discardSetAside'> {
  return {
    setAsideFile: async () => {
      const records = [...localSetAside(), ...(await core.db.setAside())];
      return records.length === 0 ? null : { count: records.length, file: setAsideFile(records) };
    },
    discardSetAside: async () => {
      discardLocalSetAside();
      await core.db.discardSetAside();
      setAsideStore.getState().dismiss();
    },
  };
}
