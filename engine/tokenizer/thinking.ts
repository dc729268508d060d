import type { ChatMessage, ThinkingSupport } from '../api.ts';
import { EngineError } from '../errors.ts';

/** Values of a template's own variables. */
export type TemplateVariables = Readonly<Record<string, string | boolean | number>>;

/** What a chat template is told for each way of thinking. */
export interface ThinkingSwitch {
  /** By mode, the least thinking first. */
  readonly modes: ReadonlyMap<string, ThinkingMode>;
  readonly usual: string | null;
}

export interface ThinkingMode {
  readonly variables: TemplateVariables;
  /** A word at the end of the last question, where the template listens to no variable. */
  readonly word?: string;
}

/** Writes messages with the model's chat template, up to where the answer begins. @throws where it refuses them */
export type RenderQuestion = (messages: readonly ChatMessage[], variables: TemplateVariables) => Promise<string>;

export const NO_SWITCH: ThinkingSwitch = { modes: new Map(), usual: null };

/** Variables that say yes or no; a template listens to one of them. */
const SWITCHES = [
  { variable: 'enable_thinking', on: true, off: false },
  { variable: 'thinking', on: true, off: false },
  { variable: 'thinking_mode', on: 'enabled', off: 'disabled' }, // MiniMax
] as const;
const EFFORT = 'reasoning_effort';
/** Less first. */
const EFFORTS = ['low', 'medium', 'high'] as const;
/** Some templates take any word; this one is offered by those alone that name it. */
const MOST_EFFORT = 'max';
const NO_EFFORT = 'none';
const OFF_WORD = '/no_think';

const QUESTION = 'What?';

/**
 * What a template listens to: it is rendered with each variable and without, and what changes nothing is none.
 * @param template its source: what it does not name it need not be asked
 */
export async function findThinkingSwitch(template: string, render: RenderQuestion): Promise<ThinkingSwitch> {
  const ask = async (variables: TemplateVariables, content = QUESTION): Promise<string | null> => {
    try {
      return await render([{ role: 'user', content }], variables);
    } catch (error) {
      // Some values may be refused; a template that does not end is not asked again.
      if (error instanceof EngineError && error.code === 'bad-request') return null;
      throw error;
    }
  };
  const named = (variable: string): boolean => template.includes(variable);
  if (![...SWITCHES.map(({ variable }) => variable), EFFORT, OFF_WORD].some(named)) return NO_SWITCH;
  try {
    const plain = await ask({});
    if (plain === null) return NO_SWITCH;
    const modes = new Map<string, ThinkingMode>();
    let usual: string | null = null;
    let on: TemplateVariables = {};
    for (const { variable, on: say, off } of SWITCHES.filter((each) => named(each.variable))) {
      const [yes, no] = [await ask({ [variable]: say }), await ask({ [variable]: off })];
      if (yes === null || no === null || yes === no) continue;
      on = { [variable]: say };
      modes.set('off', { variables: { [variable]: off } });
      modes.set('on', { variables: on });
      usual = plain === no ? 'off' : 'on';
      break;
    }
    const efforts = /(['"])max\1/.test(template) ? [...EFFORTS, MOST_EFFORT] : EFFORTS;
    if (named(EFFORT)) usual = await addEfforts(efforts, modes, usual, on, plain, ask);
    if (modes.size === 0 && named(OFF_WORD)) {
      const told = await ask({}, `${QUESTION} ${OFF_WORD}`);
      // It is more than a part of the question where something else has changed.
      if (told !== null && told.replace(` ${OFF_WORD}`, '') !== plain) {
        modes.set('off', { variables: {}, word: OFF_WORD });
        modes.set('on', { variables: {} });
        usual = 'on';
      }
    }
    return { modes, usual };
  } catch (error) {
    if (error instanceof EngineError) return NO_SWITCH; // what is wrong is said where the template is used
    throw error;
  }
}

/** Efforts take the place of `on`: each of them is a way of thinking. */
async function addEfforts(
  efforts: readonly string[],
  modes: Map<string, ThinkingMode>,
  usual: string | null,
  on: TemplateVariables,
  plain: string,
  ask: (variables: TemplateVariables) => Promise<string | null>,
): Promise<string | null> {
  const withOn = Object.keys(on).length === 0 ? plain : await ask(on);
  const written = new Map<string, string>();
  for (const effort of efforts) {
    const text = await ask({ ...on, [EFFORT]: effort });
    if (text !== null) written.set(effort, text);
  }
  if (new Set(written.values()).size < 2) {
    const [none, high] = [await ask({ ...on, [EFFORT]: NO_EFFORT }), written.get('high') ?? null];
    // Mistral: thinking or none, by the name of effort.
    if (modes.size > 0 || none === null || high === null || none === high) return usual;
    modes.set('off', { variables: { [EFFORT]: NO_EFFORT } });
    modes.set('on', { variables: { [EFFORT]: 'high' } });
    return plain === high ? 'on' : 'off';
  }
  // One of them may be what holds by itself; of several that change nothing the template knows none.
  const same = [...written].filter(([, text]) => text === plain || text === withOn).map(([effort]) => effort);
  const [only] = same;
  if (same.length === 1) modes.delete('on');
  else if (isClosed(plain) && !modes.has('off')) modes.set('off', { variables: {} });
  else if (!modes.has('on')) modes.set('on', { variables: {} });
  for (const effort of written.keys())
    if (same.length === 1 || !same.includes(effort)) modes.set(effort, { variables: { ...on, [EFFORT]: effort } });
  if (usual === 'off') return usual;
  return same.length === 1 ? (only ?? null) : modes.has('on') ? 'on' : 'off';
}

/** Whether a prompt ends with a thought that is over before it began. */
function isClosed(prompt: string): boolean {
  return /<\/[\w:]*think[\w:]*>\s*$/.test(prompt);
}

/**
 * The way of thinking that is asked for.
 * @throws EngineError `bad-request` where the template does not listen to it
 */
export function thinkingMode({ modes }: ThinkingSwitch, asked: string | undefined): ThinkingMode {
  if (asked === undefined) return { variables: {} };
  const mode = modes.get(asked);
  if (mode !== undefined) return mode;
  const known = [...modes.keys()];
  throw new EngineError(
    'bad-request',
    known.length === 0
      ? "This model's chat template has no switch for thinking."
      : `This model's chat template knows no thinking of the kind "${asked}". It knows: ${known.join(', ')}.`,
  );
}

/** What the page is told. */
export function thinkingSupport({ modes, usual }: ThinkingSwitch, reasons: boolean): ThinkingSupport {
  return { reasons: reasons || modes.size > 0, modes: [...modes.keys()], usual };
}
