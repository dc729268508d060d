/**
 * Requests and answers in the shape of OpenAI's API, as far as Mixtab has it: what is not here is refused by name.
 * Fields that OpenAI does not have are marked with where their name comes from.
 */

// ── Messages ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Text in parts; they are joined as they are. Pictures, sound and files are refused: no model here sees or hears. */
export interface TextPart {
  type: 'text';
  text: string;
}

/** A call of a tool, as a model wrote it. */
export interface ToolCall {
  id: string;
  type: 'function';
  function: {
    name: string;
    /** JSON, as far as the model wrote JSON. */
    arguments: string;
  };
}

export type ChatMessageParam =
  | { role: 'system' | 'developer' | 'user'; content: string | readonly TextPart[] }
  | {
      role: 'assistant';
      content?: string | readonly TextPart[] | null;
      /** What the model thought before (name: DeepSeek, vLLM, SGLang, llama.cpp). Its template decides whether it reads it. */
      reasoning_content?: string | null;
      tool_calls?: readonly ToolCall[] | null;
    }
  | { role: 'tool'; content: string | readonly TextPart[]; tool_call_id: string; name?: string };

// ── Experts ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** An expert of a model, counted as in its file: `layer` is the N of `blk.N`, experts begin at 0. */
export interface ExpertPlace {
  layer: number;
  expert: number;
}

/**
 * Which experts a model chooses, otherwise than it was trained to. Layers or experts that the model does not have, and too few that
 * are left, are refused with status 400.
 */
export interface RoutingParams {
  /** Never chosen. */
  mute?: readonly ExpertPlace[] | null;
  /** `amount`, at most a million either way, is added to the score that experts are chosen by. */
  boost?: readonly (ExpertPlace & { amount: number })[] | null;
  /** In these layers no others are chosen. */
  only?: readonly { layer: number; experts: readonly number[] }[] | null;
  /** How many experts a token uses, from 1 to twice as many as the model does. */
  experts_used?: number | null;
}

// ── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What chats and completions have in common. Null is as good as nothing in every field. */
export interface GenerationParams {
  /** As `models.list()` names it; default: the model that there is. Another name is refused with status 404. */
  model?: string | null;
  /** 0 to 2; 0 always takes the most probable token. Default: what the model's file recommends, else 0.7. */
  temperature?: number | null;
  /** 0 to 1. Default: what the model's file recommends, else 0.95. */
  top_p?: number | null;
  /** 0 (off) to 1000 (name: vLLM, llama.cpp). Default: what the model's file recommends, else off. */
  top_k?: number | null;
  /** 0 to 1 (name: vLLM, llama.cpp). Default: what the model's file recommends, else 0.05. */
  min_p?: number | null;
  /** 1 (off) to 2, over the last 64 tokens (name: vLLM). Default: what the model's file recommends, else off. */
  repetition_penalty?: number | null;
  /** The same seed and request give the same answer on the same device. Taken modulo 2³². */
  seed?: number | null;
  /** Up to 16 texts, at any of which the answer ends without it. */
  stop?: string | readonly string[] | null;
  /** Which experts may be chosen (a field of Mixtab's own). Default: as the model chooses. Not over a frame. */
  routing?: RoutingParams | null;
  /** The number of answers: 1 and no other. */
  n?: 1 | null;
  /** With `stream`: a last chunk without choices holds the usage. */
  stream_options?: { include_usage?: boolean | null } | null;
  /** For the caller's own books; nothing is done with it. */
  user?: string | null;
}

export interface ChatCompletionParams extends GenerationParams {
  messages: readonly ChatMessageParam[];
  /** The most tokens of the answer with its reasoning; default: until the context is full. */
  max_completion_tokens?: number | null;
  /** The older name of `max_completion_tokens`; both at once are refused. */
  max_tokens?: number | null;
  /** Whether each token of the answer comes with its log-probability, before temperature and filters. */
  logprobs?: boolean | null;
  /** With `logprobs`: so many of the most probable tokens at each place, 0 to 20. */
  top_logprobs?: number | null;
  /** How much to think, one of the efforts that the model's template knows, or `none`; others are refused with a list. */
  reasoning_effort?: string | null;
  /** The most tokens of reasoning, which is then ended (name: vLLM). */
  thinking_token_budget?: number | null;
  /** The last message is an answer that broke off, and is gone on with (name: vLLM). */
  continue_final_message?: boolean | null;
  /** `text` and no other. */
  response_format?: { type: 'text' } | null;
  stream?: boolean | null;
}

export interface CompletionParams extends GenerationParams {
  /** Text that goes on, or its token ids. One prompt per request. */
  prompt: string | readonly string[] | readonly number[];
  /** Default: 16, as OpenAI has it. */
  max_tokens?: number | null;
  /** So many of the most probable tokens at each place, 0 to 5. */
  logprobs?: number | null;
  stream?: boolean | null;
}

// ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/**
 * - `stop`: the model ended its answer, or a stop text came
 * - `length`: the most tokens were reached, or the context is full
 * - `tool_calls`: the model called a tool
 */
export type FinishReason = 'stop' | 'length' | 'tool_calls';

export interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  /** Tokens of the prompt that the memory had from an earlier request. */
  prompt_tokens_details: { cached_tokens: number };
  completion_tokens_details: { reasoning_tokens: number };
}

export interface TopLogprob {
  token: string;
  /** Natural logarithm. */
  logprob: number;
  /** A token may be a part of a character: then only its bytes tell it. */
  bytes: number[] | null;
}

export interface TokenLogprob extends TopLogprob {
  top_logprobs: TopLogprob[];
}

export interface ChoiceLogprobs {
  /** Of the answer itself, without reasoning and calls. */
  content: TokenLogprob[] | null;
  refusal: null;
}

export interface AssistantMessage {
  role: 'assistant';
  content: string | null;
  refusal: null;
  /** Where the model thought first. */
  reasoning_content?: string;
  tool_calls?: ToolCall[];
}

export interface ChatCompletion {
  id: string;
  object: 'chat.completion';
  /** Seconds since the epoch. */
  created: number;
  model: string;
  choices: {
    index: number;
    message: AssistantMessage;
    finish_reason: FinishReason;
    logprobs: ChoiceLogprobs | null;
  }[];
  usage: Usage;
}

export interface ChatCompletionDelta {
  role?: 'assistant';
  content?: string;
  reasoning_content?: string;
  tool_calls?: (ToolCall & { index: number })[];
}

export interface ChatCompletionChunk {
  id: string;
  object: 'chat.completion.chunk';
  created: number;
  model: string;
  choices: {
    index: number;
    delta: ChatCompletionDelta;
    finish_reason: FinishReason | null;
    logprobs: ChoiceLogprobs | null;
  }[];
  /** With `include_usage`: null in all chunks but the last, which has no choices. */
  usage?: Usage | null;
}

/** Log-probabilities as `/v1/completions` has them: lists of the same length. */
export interface CompletionLogprobs {
  tokens: string[];
  token_logprobs: number[];
  top_logprobs: Record<string, number>[];
  /** Where each token begins, in UTF-16 units of the answer. */
  text_offset: number[];
}

/** An answer of `/v1/completions`; streamed ones are pieces of the same form, with a reason in the last. */
export interface Completion {
  id: string;
  object: 'text_completion';
  created: number;
  model: string;
  choices: {
    index: number;
    text: string;
    finish_reason: 'stop' | 'length' | null;
    logprobs: CompletionLogprobs | null;
  }[];
  usage?: Usage | null;
}

export interface Model {
  id: string;
  object: 'model';
  /** Seconds since the epoch: when it began to be served. */
  created: number;
  owned_by: string;
  /** Context in tokens (name: vLLM). */
  max_model_len: number;
}

export interface ModelList {
  object: 'list';
  data: Model[];
}

/** The body of an answer that is an error. */
export interface ErrorBody {
  error: {
    message: string;
    type: string;
    /** The field that is wrong, such as `messages[0].role`. */
    param: string | null;
    code: string | null;
  };
}
