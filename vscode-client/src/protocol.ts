/** What travels over `workspace/executeCommand`. */

export interface ConvertArguments {
  uri: string;
  target?: string;
  /** `name=1,3,224,224[:dtype]`, in forward order. */
  inputs?: string[];
  output?: string;
  frontend?: string;
  overwrite?: boolean;
}

export interface InputRequest {
  name: string;
  /** A shape the server thinks likely, like `1,3,224,224` or `[1, 3, 224, 224]`. */
  guess?: string | number[] | null;
  dtype?: string | null;
}

/** What the server must have before it can convert; one key at a time. */
export interface Needs {
  /** The file whose changes are not on disk yet. */
  save?: string;
  target?: string[];
  inputs?: InputRequest[];
  overwrite?: string;
}

export interface Tensor {
  name: string;
  shape: (number | string)[];
  dtype: string;
}

export interface Problem {
  severity: string;
  stage?: string | null;
  op?: string | null;
  message: string;
  path?: string | null;
  range?: { start: { line: number; column: number }; end: { line: number; column: number } } | null;
  symbol?: string | null;
  help?: string | null;
}

export interface ConvertReply {
  target?: string | null;
  outcome?: string | null;
  frontend?: string | null;
  output?: string | null;
  inputs?: Tensor[];
  outputs?: Tensor[];
  seconds?: Record<string, number>;
  torch_ops?: Record<string, number>;
  mil_ops?: Record<string, number>;
  problems?: Problem[];
  log?: string;
  /** Bytes of what was saved. */
  size?: number | null;
  /** By distribution, in the interpreter that converted. */
  versions?: Record<string, string>;
  needs?: Needs | null;
}
