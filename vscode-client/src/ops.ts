/** What coremltools converts, as entries of a list to search in. */

/** The reply to `coremlPreflight.showOps`: the JSON of `coreml-preflight ops`. */
export interface OpsReply {
  coremltools: string;
  torch_apis?: TorchApi[];
  mil_ops?: { name: string; variants: { opset: string; parameters: MilParameter[] }[] }[];
  nn_layers?: { name: string; parameters: { name: string }[] }[];
}

interface TorchApi {
  name: string;
  /** Whether it converts by trace. */
  trace: "always" | "sometimes" | "never" | "untested";
  missing: string[];
  error: string | null;
  alternative: string | null;
  limits: string[];
}

interface MilParameter {
  name: string;
  optional: boolean;
}

export interface OpEntry {
  name: string;
  /** Whether it converts; undefined for what coremltools itself offers. */
  verdict: TorchApi["trace"] | undefined;
  summary: string;
  detail: string;
}

const SUMMARY: Record<TorchApi["trace"], string> = {
  always: "converts",
  sometimes: "depends on how it is called",
  never: "can't be converted",
  untested: "not tried",
};

export function opEntries(reply: OpsReply): OpEntry[] {
  return [
    ...(reply.torch_apis ?? []).map(torchEntry),
    ...(reply.mil_ops ?? []).map(({ name, variants }) => ({
      name: `mb.${name}`,
      verdict: undefined,
      summary: `MIL, ${variants.map(({ opset }) => opset).join(", ")}`,
      detail: parameterList(variants.at(-1)?.parameters ?? []),
    })),
    ...(reply.nn_layers ?? []).map(({ name, parameters }) => ({
      name: `NeuralNetworkBuilder.${name}`,
      verdict: undefined,
      summary: "neural network layer",
      detail: parameterList(parameters),
    })),
  ];
}

function torchEntry(api: TorchApi): OpEntry {
  const reasons = [
    ...(api.missing.length > 0 ? [`no converter for ${api.missing.join(", ")}`] : []),
    ...api.limits,
    ...(api.alternative ? [`instead: ${api.alternative}`] : []),
  ];
  const detail = reasons.length > 0 ? reasons.join("; ") : (api.error ?? "");
  return { name: api.name, verdict: api.trace, summary: SUMMARY[api.trace], detail };
}

function parameterList(parameters: { name: string; optional?: boolean }[]): string {
  return parameters.map(({ name, optional }) => (optional ? `${name}?` : name)).join(", ");
}
