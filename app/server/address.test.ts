import { describe, expect, test } from 'vitest';
import { isMixedContent, parseAddress, spaceOf } from './address.ts';

describe('an address that a person writes', () => {
  test.each([
    ['localhost:8000', 'http://localhost:8000/v1'],
    ['http://localhost:8000/', 'http://localhost:8000/v1'],
    ['  127.0.0.1:30000  ', 'http://127.0.0.1:30000/v1'],
    ['[::1]:8080', 'http://[::1]:8080/v1'],
    ['http://0.0.0.0:8000', 'http://localhost:8000/v1'], // as vLLM prints it
    ['[::]:8000', 'http://localhost:8000/v1'],
    ['192.168.1.5:11434', 'http://192.168.1.5:11434/v1'],
    ['nas.local:8080/v1/', 'http://nas.local:8080/v1'],
    ['api.example.org', 'https://api.example.org/v1'],
    ['https://api.example.org/openai/v1/chat/completions', 'https://api.example.org/openai/v1'],
    ['http://localhost:11434/v1/models', 'http://localhost:11434/v1'],
    ['HTTP://LOCALHOST:8000/V1', 'http://localhost:8000/V1'],
    ['http://gpu.example.org/v1#here', 'http://gpu.example.org/v1'],
  ])('%s is %s', (text, url) => {
    expect(parseAddress(text)).toEqual({ kind: 'address', url });
  });

  test.each([
    ['', 'invalid'],
    ['two words', 'invalid'],
    ['http://', 'invalid'],
    ['x'.repeat(3000), 'invalid'],
    ['ftp://example.org', 'scheme'],
    ['javascript://example.org/%0aalert(1)', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['https://me:secret@example.org/v1', 'secret'],
    ['https://example.org/v1?key=secret', 'secret'],
  ])('%s is refused: %s', (text, problem) => {
    expect(parseAddress(text)).toEqual({ kind: 'invalid', problem });
  });
});

describe('where an address lies', () => {
  test.each([
    ['localhost', 'loopback'],
    ['models.localhost', 'loopback'],
    ['127.8.9.1', 'loopback'],
    ['[::1]', 'loopback'],
    ['[::ffff:7f00:1]', 'loopback'],
    ['10.0.0.1', 'local'],
    ['172.31.255.1', 'local'],
    ['172.32.0.1', 'public'],
    ['192.168.0.10', 'local'],
    ['169.254.1.1', 'local'],
    ['100.100.1.1', 'local'],
    ['[fd12::1]', 'local'],
    ['[fe80::1]', 'local'],
    ['[::ffff:c0a8:5]', 'local'],
    ['[2001:db8::1]', 'public'],
    ['nas.local', 'local'],
    ['8.8.8.8', 'public'],
    ['localhost.example.org', 'public'],
  ])('%s: %s', (host, space) => {
    expect(spaceOf(host)).toBe(space);
  });

  test('an encrypted page may ask this device without encryption, and nobody else', () => {
    const page = { protocol: 'https:' };
    expect(isMixedContent(page, 'http://localhost:8000/v1')).toBe(false);
    expect(isMixedContent(page, 'http://192.168.1.5:8000/v1')).toBe(true);
    expect(isMixedContent(page, 'http://example.org/v1')).toBe(true);
    expect(isMixedContent(page, 'https://example.org/v1')).toBe(false);
    expect(isMixedContent({ protocol: 'http:' }, 'http://example.org/v1')).toBe(false);
  });
});
