import { Component, createRef, type ReactNode } from 'react';
import { findPosition, textPosition, type TextPosition } from './text-position.ts';

interface KeepSelectionProps {
  /** Changes with what is written. */
  readonly text: string;
  readonly className: string;
  readonly children: ReactNode;
}

interface Ends {
  readonly anchor: TextPosition;
  readonly focus: TextPosition;
}

/**
 * Text that grows while one selects in it. A text node that gets its next words gets all of them anew, and the browser drops
 * what was selected in it; so that is remembered before each change and put back after it.
 */
export class KeepSelection extends Component<KeepSelectionProps> {
  readonly #root = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate({ text }: KeepSelectionProps): Ends | null {
    const selection = document.getSelection();
    const root = this.#root.current;
    if (text === this.props.text || root === null || selection === null || selection.isCollapsed) return null;
    const { anchorNode, anchorOffset, focusNode, focusOffset } = selection;
    const anchor = textPosition(root, anchorNode, anchorOffset);
    const focus = textPosition(root, focusNode, focusOffset);
    if ((anchor === null && focus === null) || anchorNode === null || focusNode === null) return null;
    // One end may be in another message, which stays as it is.
    return {
      anchor: anchor ?? [{ node: anchorNode, at: anchorOffset }],
      focus: focus ?? [{ node: focusNode, at: focusOffset }],
    };
  }

  override componentDidUpdate(_before: KeepSelectionProps, _state: unknown, ends: Ends | null): void {
    if (ends === null) return;
    const anchor = findPosition(ends.anchor);
    const focus = findPosition(ends.focus);
    if (anchor === null || focus === null) return;
    const selection = document.getSelection();
    const isThere =
      selection?.anchorNode === anchor[0] &&
      selection.anchorOffset === anchor[1] &&
      selection.focusNode === focus[0] &&
      selection.focusOffset === focus[1];
    if (!isThere) selection?.setBaseAndExtent(...anchor, ...focus);
  }

  override render(): ReactNode {
    return (
      <div ref={this.#root} className={this.props.className}>
        {this.props.children}
      </div>
    );
  }
}
