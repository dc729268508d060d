/** Faults below idb-keyval: whatever a browser's IndexedDB does to a write, at the write that a test chooses. */

/** Names of errors that browsers give for writes that they refuse. */
export const REFUSALS = [
  'QuotaExceededError',
  'UnknownError',
  'InvalidStateError',
  'AbortError',
  'TransactionInactiveError',
  'NotFoundError',
  'ReadOnlyError',
  'SecurityError',
] as const;

export type Refusal = (typeof REFUSALS)[number];

export type StorageFault =
  /** The call throws. */
  | { readonly kind: 'refuse'; readonly name: Refusal }
  /** The call succeeds, and the transaction is aborted. */
  | { readonly kind: 'abort'; readonly name: Refusal }
  /** The transaction takes so many more turns to complete. */
  | { readonly kind: 'delay'; readonly turns: number }
  /** The connection is closed: what is under way ends, and what follows finds it closed. */
  | { readonly kind: 'disconnect' }
  /** The process ends: nothing of this transaction is written, and nothing after it. */
  | { readonly kind: 'end' };

export interface StorageFaults {
  /** Writes that were asked for so far, refused ones too. */
  readonly writes: number;
  readonly injected: number;
  /** Whether an `end` was injected. */
  readonly isOver: boolean;
  /** Asked at each write; null lets it pass. */
  choose(fault: (write: number, database: string) => StorageFault | null): void;
  /** IndexedDB is as it was. */
  uninstall(): void;
}

export function installStorageFaults(): StorageFaults {
  const prototype = IDBObjectStore.prototype;
  const { put, delete: remove } = prototype;
  let [writes, injected, isOver] = [0, 0, false];
  let chosen: (write: number, database: string) => StorageFault | null = () => null;

  function before(objects: IDBObjectStore): StorageFault | null {
    const write = writes++;
    const fault: StorageFault | null = isOver ? { kind: 'end' } : chosen(write, objects.transaction.db.name);
    if (fault !== null && !isOver) injected++;
    if (fault?.kind === 'end') isOver = true;
    if (fault?.kind === 'refuse') throw new DOMException('Injected', fault.name);
    return fault;
  }

  function after(objects: IDBObjectStore, fault: StorageFault | null): void {
    const { transaction } = objects;
    switch (fault?.kind) {
      case undefined:
      case 'refuse':
        return;
      case 'abort':
        abortWith(transaction, fault.name);
        return;
      case 'end':
        abortWith(transaction, 'UnknownError');
        return;
      case 'delay':
        hold(objects, fault.turns);
        return;
      case 'disconnect':
        transaction.db.close();
        return;
      default:
        fault satisfies never;
    }
  }

  prototype.put = function (this: IDBObjectStore, ...parameters: Parameters<IDBObjectStore['put']>) {
    const fault = before(this);
    const request = put.apply(this, parameters);
    after(this, fault);
    return request;
  };
  prototype.delete = function (this: IDBObjectStore, ...parameters: Parameters<IDBObjectStore['delete']>) {
    const fault = before(this);
    const request = remove.apply(this, parameters);
    after(this, fault);
    return request;
  };

  return {
    get writes() {
      return writes;
    },
    get injected() {
      return injected;
    },
    get isOver() {
      return isOver;
    },
    choose: (fault) => {
      chosen = fault;
    },
    uninstall: () => Object.assign(prototype, { put, delete: remove }),
  };
}

/** As when the browser finds at the end that there is no room: the transaction says why it was aborted. */
function abortWith(transaction: IDBTransaction, name: Refusal): void {
  Object.defineProperty(transaction, 'error', { value: new DOMException('Injected', name), configurable: true });
  transaction.abort();
}

/** A transaction with a request under way does not complete. */
function hold(objects: IDBObjectStore, turns: number): void {
  if (turns === 0) return;
  objects.count('').addEventListener('success', () => hold(objects, turns - 1));
}

/** As the browser does when its data is cleared: records, connections and all. */
export function clearDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.addEventListener('success', () => resolve());
    request.addEventListener('error', () => reject(request.error ?? new Error('not deleted')));
  });
}
