import type { Diagnostic } from '../../../model/diagnostic.ts';
import { spanAtStart } from '../../../model/span.ts';
import { spanIn } from '../../source/index.ts';
import type { Decoded } from './decode.ts';

/** What is wrong with how a file is written as bytes: CLI018 no text (it is not read), CLI019 no UTF-8 (it is read all the same); null when all is well. */
export function encodingProblem(file: string, decoded: Decoded): Diagnostic | null {
  switch (decoded.kind) {
    case 'text':
      return null;
    case 'utf-16':
      return {
        code: 'CLI019',
        severity: 'warning',
        message: 'the file is written in UTF-16; it is read here, but deployment tools expect UTF-8',
        help: 'Save it as UTF-8.',
        span: spanAtStart(file),
      };
    case 'damaged':
      return {
        code: 'CLI019',
        severity: 'warning',
        message: 'this is not UTF-8 and is read as U+FFFD',
        help: 'Save the file as UTF-8.',
        span: spanIn({ path: file, text: decoded.text }, decoded.wrongAt, decoded.wrongAt + 1),
      };
    case 'binary':
      return {
        code: 'CLI018',
        severity: 'error',
        message: 'the file is not text, or in an encoding other than UTF-8 and UTF-16, and is not read',
        help: 'Save it as UTF-8, or leave it out.',
        span: spanAtStart(file),
      };
  }
}
