export { printApplication, printComposition } from './print-application.ts';
export { expressionText, labelText, pathText, type PrintOptions } from './print-expression.ts';
export { IR_TEXT_LENGTH_MAX, parseApplication } from './read-application.ts';
