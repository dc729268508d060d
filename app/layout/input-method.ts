/**
 * Input methods (Chinese, Japanese, Korean and others) take keys of their own: Enter chooses a word, Escape and the arrows go
 * through suggestions. Each handler of keys asks here first, so that none takes such a key for its own.
 */

type NativeKey = Pick<KeyboardEvent, 'isComposing' | 'keyCode'>;
type KeyPress = NativeKey | { readonly nativeEvent: NativeKey };

/** Safari says that a composition has ended before it reports the key that ended it; this code alone tells. */
const TAKEN_BY_INPUT_METHOD = 229;

export function isComposing(press: KeyPress): boolean {
  const native = 'nativeEvent' in press ? press.nativeEvent : press;
  return native.isComposing || native.keyCode === TAKEN_BY_INPUT_METHOD;
}

/** For what Enter sends or Escape closes without a handler of ours: a form of single-line fields, a dialog. */
export function leaveToInputMethod(press: KeyPress & { readonly key: string; preventDefault(): void }): void {
  if ((press.key === 'Enter' || press.key === 'Escape') && isComposing(press)) press.preventDefault();
}
