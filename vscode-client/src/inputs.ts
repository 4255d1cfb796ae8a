/** Input shapes as people type them: `1,3,224,224` or `1,16:int32`. */

import type { InputRequest } from "./protocol";

export const DTYPES = ["float32", "float16", "float64", "int32", "int64", "int16", "int8", "uint8", "bool"];

export type ParsedShape = { shape: number[]; dtype: string | undefined } | { error: string };

/** Reads `1,3,224,224[:dtype]`; `()` is a scalar; brackets, spaces and `1x3x224x224` are taken too. */
export function parseShape(text: string): ParsedShape {
  const [dimensions = "", typed, ...rest] = text.split(":").map((part) => part.trim());
  const dtype = typed?.replace(/^torch\./, "");
  if (rest.length > 0) {
    return { error: "One colon at most, as in 1,16:int32" };
  }
  if (dtype !== undefined && !DTYPES.includes(dtype)) {
    return { error: `No such dtype: one of ${DTYPES.join(", ")}` };
  }
  if (dimensions === "()" || dimensions === "[]") {
    return { shape: [], dtype };
  }
  const bare = dimensions
    .replace(/^[[(](.*)[\])]$/, "$1")
    .replace(/,\s*$/, "")
    .trim();
  if (bare === "") {
    return { error: "A shape is missing, for instance 1,3,224,224" };
  }
  const shape: number[] = [];
  for (const part of bare.split(/\s*[,x×]\s*|\s+/)) {
    const size = Number(part);
    if (!/^\d+$/.test(part) || size < 1 || !Number.isSafeInteger(size)) {
      return { error: `“${part}” is not a size: whole numbers from 1, as in 1,3,224,224` };
    }
    shape.push(size);
  }
  return { shape, dtype };
}

/** What the input box starts with. */
export function guessText(guess: InputRequest["guess"]): string {
  return (typeof guess === "string" ? guess : guess?.join(",")) ?? "";
}

/** The complaint about what has been typed so far, or undefined if it is a shape. */
export function complaint(text: string): string | undefined {
  const parsed = parseShape(text);
  return "error" in parsed ? parsed.error : undefined;
}

/** What the server takes: `ids=1,16:int32`. The dtype the server named holds unless another is typed. */
export function inputArgument(request: InputRequest, answer: string): string {
  const parsed = parseShape(answer);
  if ("error" in parsed) {
    throw new Error(parsed.error);
  }
  const dtype = parsed.dtype ?? request.dtype ?? undefined;
  const suffix = dtype === undefined || dtype === "float32" ? "" : `:${dtype}`;
  const shape = parsed.shape.length === 0 ? "()" : parsed.shape.join(",");
  return `${request.name}=${shape}${suffix}`;
}
