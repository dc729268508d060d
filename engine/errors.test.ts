import { expect, test } from 'vitest';
import { EngineError, quoted, toErrorData } from './errors.ts';

test('what a file says in megabytes is cut in messages and details', () => {
  const megabytes = 'x'.repeat(5_000_000);
  const error = new EngineError('corrupt-file', `It says ${megabytes}`, megabytes);
  expect(error.message).toMatch(/^It says x{1992}… \(4998008 more characters\)$/);
  expect(error.detail).toMatch(/^x{8000}… \(4992000 more characters\)$/);
  expect(toErrorData(new Error(megabytes)).detail?.length).toBeLessThan(9_000);
  expect(toErrorData(megabytes).detail?.length).toBeLessThan(9_000);
  expect(quoted(megabytes)).toHaveLength(63);
  expect(quoted('short')).toBe('"short"');
});
