/**
 * A test that expects nothing cannot fail. Read from the code: fast-check's own assertions count, which
 * a counter at run time would not see.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Words of which a test has one: `expect`, in whatever name, or an assertion of fast-check. */
const EXPECTS = /expect|\bfc\.assert\(/;

interface Found {
  readonly place: string;
  /** False if neither it nor a function of its file that it names expects anything. */
  readonly expects: boolean;
}

/** Every call of `it`, also of `it.each(…)` and the like. */
function testsIn(file: string): Found[] {
  const code = readFileSync(join(folder, file), 'utf8');
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest);
  const tests: { line: number; body: string }[] = [];
  const helpers = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    const isHelper = ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
    if (isHelper && node.name && ts.isIdentifier(node.name)) {
      helpers.set(node.name.text, node.getText(source));
    }
    if (ts.isCallExpression(node) && calleeOf(node) === 'it') {
      const body = node.arguments.find((argument) => ts.isArrowFunction(argument));
      const line = source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
      if (body) tests.push({ line, body: body.getText(source) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const expects = (body: string, seen = new Set<string>()): boolean =>
    EXPECTS.test(body) ||
    (body.match(/\b\w+(?=\()/g) ?? []).some((name) => {
      const helper = seen.has(name) ? undefined : helpers.get(name);
      return helper !== undefined && expects(helper, seen.add(name));
    });
  return tests.map(({ line, body }) => ({ place: `${file}:${line}`, expects: expects(body) }));
}

function calleeOf(call: ts.CallExpression): string | null {
  let callee: ts.Expression = call.expression;
  while (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) {
    callee = callee.expression;
  }
  return ts.isIdentifier(callee) ? callee.text : null;
}

it('every test expects something', () => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const tests = files.filter((name) => name.endsWith('.ts')).flatMap(testsIn);
  expect(tests.length).toBeGreaterThan(1000);
  expect(tests.filter((test) => !test.expects).map(({ place }) => place)).toEqual([]);
});
