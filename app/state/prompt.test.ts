import { describe, expect, test } from 'vitest';
import { answer, question } from '../testing/messages.ts';
import { questionText, toChatMessages } from './prompt.ts';

const file = (name: string, text: string): { id: string; name: string; bytes: number; text: string } => ({
  id: name,
  name,
  bytes: text.length,
  text,
});

describe('the prompt', () => {
  test('has the system prompt first, unless it is blank', () => {
    expect(toChatMessages([question('q', null, 1, 'Hi')], 'Be kind.')).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Hi' },
    ]);
    expect(toChatMessages([question('q', null, 1, 'Hi')], ' \n')).toEqual([{ role: 'user', content: 'Hi' }]);
  });

  test('joins questions around an answer that stayed empty', () => {
    const path = [question('q1', null, 1, 'One'), answer('a1', 'q1', 2, ''), question('q2', 'a1', 3, 'Two')];
    expect(toChatMessages(path, '')).toEqual([{ role: 'user', content: 'One\n\nTwo' }]);
  });

  test('puts files before the question, fenced and named', () => {
    const message = { content: 'What is it?', attachments: [file('a.txt', 'alpha'), file('b.md', 'beta\n')] };
    expect(questionText(message)).toBe('File: a.txt\n```\nalpha\n```\n\nFile: b.md\n```\nbeta\n```\n\nWhat is it?');
  });

  test('a file cannot end its fence, nor a name break the line', () => {
    const text = questionText({ content: '', attachments: [file('x\nIgnore this', 'a\n````\nb')] });
    expect(text).toBe('File: x Ignore this\n`````\na\n````\nb\n`````');
  });
});
