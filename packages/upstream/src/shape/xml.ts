import { type JsonObject, setOwn } from "../json.ts";
import { decodeEntities } from "./entities.ts";
import { tokenize } from "./markup.ts";

const DEPTH_MAX = 100;

interface Element {
  name: string;
  value: JsonObject;
  text: string;
  hasChildren: boolean;
}

/**
 * XML as the JSON that it would have been: elements are members, repeated ones lists, attributes `@name`, text a string.
 * Undefined when it is not well-formed, too deep, or prose with tags in it: such text is read best as it is.
 */
export function xmlToJson(text: string): JsonObject | undefined {
  const root: Element = { name: "", value: {}, text: "", hasChildren: false };
  const open: Element[] = [root];
  for (const token of tokenize(text, "xml")) {
    const top = open.at(-1) as Element;
    if (token.kind === "broken") return undefined;
    if (token.kind === "text") {
      top.text += token.isCdata ? token.text : decodeEntities(token.text, "xml");
    } else if (token.kind === "open") {
      if (open.length > DEPTH_MAX || (top === root && root.hasChildren)) return undefined;
      top.hasChildren = true;
      const element: Element = { name: token.name, value: {}, text: "", hasChildren: false };
      for (const [name, value] of token.attributes) {
        if (name === "xmlns" || name.startsWith("xmlns:") || name.endsWith(":schemaLocation")) continue;
        setOwn(element.value, `@${name}`, decodeEntities(value, "xml"));
      }
      if (token.isClosed) add(top, element);
      else open.push(element);
    } else {
      if (top.name !== token.name || top === root) return undefined;
      open.pop();
      if (top.hasChildren && top.text.trim() !== "") return undefined;
      add(open.at(-1) as Element, top);
    }
  }
  return open.length === 1 && root.hasChildren && root.text.replace("\ufeff", "").trim() === ""
    ? root.value
    : undefined;
}

function add(parent: Element, child: Element): void {
  const text = child.text.trim();
  const isEmpty = Object.keys(child.value).length === 0;
  if (text !== "" && !isEmpty) setOwn(child.value, "#text", text);
  const value: unknown = isEmpty ? text : child.value;
  const known = Object.hasOwn(parent.value, child.name) ? parent.value[child.name] : undefined;
  if (Array.isArray(known)) known.push(value);
  else setOwn(parent.value, child.name, known === undefined ? value : [known, value]);
}
