import jmespath from "jmespath";

/** Longer ones nobody can read. */
export const EXPRESSION_CHARS_MAX = 2_000;

/** How many times larger than the answer the result of an expression may possibly be. */
const GROWTH_MAX = 20;

/** Also a small growth of something huge is too much. */
const ANSWER_CHARS_MAX = 4_000_000;

interface Node {
  type: string;
  name?: string;
  value?: unknown;
  children?: unknown[];
}

// Its types know only one of the two.
const { compile, search } = jmespath as typeof jmespath & { compile(expression: string): Node };

const checked = new Map<string, string | undefined>();
const CHECKED_MAX = 1_000;

/**
 * Why a JMESPath expression cannot be used; undefined when it can. It reads nothing but the answer and cannot loop. What it could still do
 * is multiply: every way of writing a value several times is counted, so that no expression makes more than GROWTH_MAX answers of one.
 */
export function expressionProblem(expression: string): string | undefined {
  if (expression.length > EXPRESSION_CHARS_MAX)
    return `it has ${expression.length} characters, and may have ${EXPRESSION_CHARS_MAX}`;
  if (checked.has(expression)) return checked.get(expression);
  let problem: string | undefined;
  try {
    const growth = growthOf(compile(expression));
    if (growth > GROWTH_MAX)
      problem =
        "it could make an answer many times larger than it came; select fields once rather than again and again";
  } catch (error) {
    problem = error instanceof Refused ? error.message : `it cannot be read: ${messageOf(error)}`;
  }
  if (checked.size >= CHECKED_MAX) checked.clear();
  checked.set(expression, problem);
  return problem;
}

/**
 * The result of an expression over a JSON value of so many characters. An expression with a problem is not run, and none over an answer that
 * is too large for it. Never throws.
 */
export function runExpression(
  expression: string,
  value: unknown,
  chars: number,
): { value: unknown } | { problem: string } {
  const problem = expressionProblem(expression);
  if (problem !== undefined) return { problem };
  if (chars > ANSWER_CHARS_MAX)
    return {
      problem: `the answer has ${chars} characters, and an expression takes ${ANSWER_CHARS_MAX}: ask for less at once`,
    };
  try {
    return { value: search(value, expression) ?? null };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}

class Refused extends Error {}

/** How many times larger than its input the output of a node can be, at most; what it does for each item, it does to that item alone. */
function growthOf(node: Node): number {
  const children = (node.children ?? []).filter(isNode);
  const growths = children.map(growthOf);
  const [first = 1, second = 1] = growths;
  const product = growths.reduce((all, one) => all * one, 1);
  const sum = growths.reduce((all, one) => all + one, 0);
  switch (node.type) {
    case "Literal":
      // Written again for each item, of which the smallest has one character.
      return JSON.stringify(node.value).length;
    case "MultiSelectList":
      return growthOfSelection(children);
    case "MultiSelectHash":
      return growthOfSelection(children.map(({ value }) => value).filter(isNode));
    case "FilterProjection":
      // What an item is tested by is thrown away.
      return growths.length === 3 ? first * second : product;
    case "Comparator":
    case "NotExpression":
      return 1;
    case "OrExpression":
    case "AndExpression":
      return Math.max(...growths);
    case "Function":
      return growthOfFunction(node.name ?? "", children, sum);
    default:
      return product;
  }
}

/** Values side by side. Those of different fields are parts of the input that do not overlap. */
function growthOfSelection(values: Node[]): number {
  const byField = new Map<string, number>();
  let whole = 0;
  for (const value of values) {
    const field = firstField(value);
    if (field === undefined) whole += growthOf(value);
    else byField.set(field, (byField.get(field) ?? 0) + growthOf(value));
  }
  return Math.max(1, whole + Math.max(0, ...byField.values()));
}

/** The field that all of a value comes from. */
function firstField({ type, name, children = [] }: Node): string | undefined {
  if (type === "Field") return name;
  const [first] = children;
  const isChain = type === "Subexpression" || type === "IndexExpression" || type === "Projection" || type === "Flatten";
  return isChain && isNode(first) ? firstField(first) : undefined;
}

function growthOfFunction(name: string, inputs: Node[], sum: number): number {
  // A text of the answer between all items of the answer would be its square.
  if (name === "join" && inputs[0]?.type !== "Literal")
    throw new Refused("the first argument of join has to be written out, as in join(', ', names)");
  // Each control character takes six.
  if (name === "to_string") return 6 * sum;
  if (name === "map") return inputs.reduce((all, one) => all * growthOf(one), 1);
  return Math.max(1, sum);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
