/** What can be done with the messages of the open conversation. */
import type { Answers } from './answers.ts';
import type { ChatCore } from './chat-core.ts';
import type { ChatState } from './chat-state.ts';
import { chosenServer } from './chosen-server.ts';
import type { ContextMeter } from './context-meter.ts';
import type {
  AssistantMessage,
  Attachment,
  ConversationHead,
  Message,
  ModelChoice,
  UserMessage,
} from './conversation.ts';
import { isAnswering, isUnwritten } from './conversation.ts';
import type { DeletedStash } from './deleted-stash.ts';
import { newestLeaf, subtreeOf, withoutMessages } from './message-tree.ts';
import { choiceOf, isSameChoice } from './model-choice.ts';
import type { RoutingLoader } from './routing-loader.ts';
import { titleOf } from './titles.ts';

export type MessageActions = Pick<
  ChatState,
  | 'send'
  | 'edit'
  | 'regenerate'
  | 'answerOtherwise'
  | 'askAnother'
  | 'continueAnswer'
  | 'showBranch'
  | 'deleteMessage'
  | 'stop'
  | 'takeBack'
  | 'focusShown'
>;

export interface MessageParts {
  readonly core: ChatCore;
  readonly answers: Answers;
  readonly meter: ContextMeter;
  readonly routing: RoutingLoader;
  readonly stash: DeletedStash;
}

export function messageActions({ core, answers, meter, routing, stash }: MessageParts): MessageActions {
  /** Whether there is a model to ask, loaded or not. */
  function hasModel(): boolean {
    if (chosenServer(core.state) !== null) return true;
    if (core.model.getState().status.kind !== 'none') return true;
    return core.gpu.isHere() && (core.state.current?.model ?? null) !== null;
  }

  /** Writes new messages, shows the last one, and lets the model write into it where it is an empty answer. */
  async function add(head: ConversationHead, messages: readonly Message[], by?: ModelChoice): Promise<void> {
    const last = messages.at(-1);
    if (last === undefined) return;
    const patch = { leafId: last.id, updatedAt: Date.now() };
    core.show(messages, last.id);
    core.showHead({ ...head, ...patch });
    const written = core.write(head.id, { head: patch, messages });
    if (last.role === 'assistant' && last.status.kind === 'waiting') await answers.write(head.id, last, by);
    else meter.request();
    await written;
  }

  function beginConversation(question: UserMessage): ConversationHead {
    const { draftSettings, draftModel } = core.state;
    const { status, bundled } = core.model.getState();
    const title = titleOf(question.content === '' ? (question.attachments[0]?.name ?? '') : question.content);
    const head: ConversationHead = {
      id: crypto.randomUUID(),
      title,
      createdAt: question.createdAt,
      updatedAt: question.createdAt,
      isPinned: false,
      leafId: null,
      settings: draftSettings,
      model: draftModel ?? (status.kind === 'ready' ? choiceOf(status.source, status.info, bundled) : null),
    };
    core.begin(head);
    void core.write(head.id, { create: head });
    return head;
  }

  /** The open conversation, and a message of it. */
  function find(messageId: string): { head: ConversationHead; message: Message } | null {
    const head = core.state.current;
    const message = core.tree.byId.get(messageId);
    return head === null || message === undefined ? null : { head, message };
  }

  /** An answer whose question can be asked again, once whatever is being answered has ended; null where there is none, or no model. */
  async function findAnswer(
    messageId: string,
  ): Promise<{ head: ConversationHead; message: AssistantMessage; question: Message } | null> {
    await answers.settle();
    const found = find(messageId);
    if (found === null || !hasModel()) return null;
    const { head, message } = found;
    const question = core.tree.byId.get(message.parentId ?? '');
    return message.role !== 'assistant' || question === undefined ? null : { head, message, question };
  }

  return {
    send: async (text, attachments = []) => {
      const content = text.trim();
      if ((content === '' && attachments.length === 0) || core.state.answeringIn !== null || !hasModel()) return;
      const question = newQuestion(core.state.path.at(-1)?.message.id ?? null, content, attachments);
      const head = core.state.current ?? beginConversation(question);
      await add(head, [question, newAnswer(question)]);
    },

    edit: async (messageId, text, attachments) => {
      await answers.settle();
      const found = find(messageId);
      if (found === null) return;
      const { head, message } = found;
      if (message.role === 'assistant') {
        await add(head, [editedAnswer(message, text)]);
        return;
      }
      const content = text.trim();
      const kept = attachments ?? message.attachments;
      if ((content === '' && kept.length === 0) || !hasModel()) return;
      const question = newQuestion(message.parentId, content, kept);
      await add(head, [question, newAnswer(question)]);
    },

    regenerate: async (messageId) => {
      await answers.settle();
      const found = find(messageId);
      if (found === null || !hasModel()) return;
      const { head, message } = found;
      const question = message.role === 'user' ? message : core.tree.byId.get(message.parentId ?? '');
      if (question === undefined) return;
      const answer = newAnswer(question);
      // An answer that came to nothing (it failed or was stopped before its first word) is no branch worth keeping.
      if (message.role === 'assistant' && isUnwritten(message) && subtreeOf(core.tree, message.id).length === 1) {
        core.hide([message.id], question.id);
        void core.write(head.id, { deleted: [message.id] });
      }
      await add(head, [answer]);
    },

    answerOtherwise: async (messageId, routing) => {
      const found = await findAnswer(messageId);
      if (found === null) return;
      const { head, message, question } = found;
      const insteadOf = message.steering?.insteadOf ?? message.id;
      const seed = message.seed === undefined ? {} : { seed: message.seed };
      await add(head, [{ ...newAnswer(question), ...seed, steering: { routing, insteadOf } }]);
    },

    askAnother: async (messageId, by) => {
      const found = await findAnswer(messageId);
      if (found === null) return;
      const { head, question } = found;
      const before = head.model ?? loadedChoice(core);
      await add(head, [{ ...newAnswer(question), beside: messageId }], by);
      await bringBack(core, before, by);
    },

    continueAnswer: async () => {
      const head = core.state.current;
      const last = core.state.path.at(-1)?.message;
      if (head === null || last === undefined || core.state.answeringIn !== null || !hasModel()) return;
      if (last.role === 'user' || isUnwritten(last) || isAnswering(last.status)) return;
      core.set({ answeringIn: head.id });
      await routing.load(head.id, [last.id]); // what goes on must know what there is
      if (core.state.current?.id !== head.id) {
        core.set({ answeringIn: null }); // left or deleted meanwhile
        return;
      }
      const whole = core.tree.byId.get(last.id);
      await answers.write(head.id, whole?.role === 'assistant' ? whole : last);
    },

    showBranch: async (messageId) => {
      const { current } = core.state;
      if (current === null) return;
      await answers.settleIn(current.id);
      const leafId = newestLeaf(core.tree, messageId);
      if (leafId === null) return;
      core.show([], leafId);
      meter.request();
      void routing.loadPath();
      await core.changeHead(current.id, { leafId });
    },

    deleteMessage: async (messageId) => {
      const ids = subtreeOf(core.tree, messageId);
      if (answers.messageId !== null && ids.includes(answers.messageId)) await answers.settle();
      const found = find(messageId);
      if (found === null) return;
      const { head, message } = found;
      await routing.load(head.id, ids); // so that it can be brought back whole
      const deleted = ids.map((id) => core.tree.byId.get(id)).filter((one) => one !== undefined);
      const path = core.state.path.map((entry) => entry.message.id);
      const rest = withoutMessages(core.tree, ids);
      const leafId = path.includes(messageId) ? newestLeaf(rest, message.parentId) : (path.at(-1) ?? null);
      core.hide(ids, leafId);
      stash.keepMessages(head.id, deleted, head.leafId);
      meter.request();
      await core.write(head.id, { head: { leafId }, deleted: ids });
    },

    stop: () => answers.settle(),

    takeBack: async () => {
      await answers.settle();
      const head = core.state.current;
      const question = core.state.path.findLast(({ message }) => message.role === 'user')?.message;
      if (head === null || question?.role !== 'user') return null;
      const ids = subtreeOf(core.tree, question.id);
      const isAnswered = ids.some((id) => {
        const message = core.tree.byId.get(id);
        return message?.role === 'assistant' && !isUnwritten(message);
      });
      if (isAnswered) return null;
      const rest = withoutMessages(core.tree, ids);
      if (rest.byId.size === 0) {
        await core.state.remove(head.id);
        core.state.forgetDeleted();
        return question;
      }
      const leafId = newestLeaf(rest, question.parentId);
      core.hide(ids, leafId);
      meter.request();
      await core.write(head.id, { head: { leafId }, deleted: ids });
      return question;
    },

    focusShown: () => core.set({ focusMessageId: null }),
  };
}

function loadedChoice({ model }: ChatCore): ModelChoice | null {
  const { status, bundled } = model.getState();
  return status.kind === 'ready' ? choiceOf(status.source, status.info, bundled) : null;
}

/** After another model was asked: loads the one before, unless somebody has chosen or asked anything since. */
async function bringBack(core: ChatCore, before: ModelChoice | null, by: ModelChoice): Promise<void> {
  if (before === null || before.source.kind === 'server' || by.source.kind === 'server') return;
  const { status, cancel } = core.model.getState();
  // It was stopped before the other model was there: nobody waits for that any more.
  if (status.kind === 'loading') await cancel();
  const loaded = loadedChoice(core);
  if (core.state.answeringIn !== null || (loaded !== null && !isSameChoice(loaded, by))) return;
  await core.model.getState().ensure(before);
}

let lastWritten = 0;

/** Later than that of any message before: which of two was first must not depend on the clock's steps. */
function timeOfWriting(): number {
  lastWritten = Math.max(Date.now(), lastWritten + 1);
  return lastWritten;
}

function newQuestion(parentId: string | null, content: string, attachments: readonly Attachment[]): UserMessage {
  return { id: crypto.randomUUID(), parentId, createdAt: timeOfWriting(), role: 'user', content, attachments };
}

function newAnswer(question: Message): AssistantMessage {
  return {
    id: crypto.randomUUID(),
    parentId: question.id,
    createdAt: timeOfWriting(),
    role: 'assistant',
    content: '',
    reasoning: null,
    toolCalls: [],
    tokens: null,
    status: { kind: 'waiting' },
    model: '',
    reasoningMs: null,
    routing: null,
  };
}

/** The trace of an answer is of the words that the model wrote: changed words have none. */
function editedAnswer(message: AssistantMessage, content: string): AssistantMessage {
  return {
    ...message,
    id: crypto.randomUUID(),
    createdAt: timeOfWriting(),
    content,
    tokens: null,
    status: { kind: 'edited' },
    routing: null,
  };
}
