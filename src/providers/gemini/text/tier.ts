import { text } from '../../../core/json.ts';

/** Vertex `trafficType` to service tier; reserved capacity and off-peak have no per-token list price. */
const TRAFFIC: Record<string, string> = {
  ON_DEMAND: 'standard',
  ON_DEMAND_FLEX: 'flex',
  ON_DEMAND_PRIORITY: 'priority',
  ON_DEMAND_OFFPEAK: 'offpeak',
  PROVISIONED_THROUGHPUT: 'provisioned',
};

/** `SERVICE_TIER_FLEX`, `FLEX` and `flex` are one tier. */
export function tierName(value: unknown): string | undefined {
  if (value === undefined || value === 'standard') return value;
  const name = text(value)
    ?.toLowerCase()
    .replace(/^service_tier_/, '');
  return name && name !== 'unspecified' ? name : undefined;
}

/** The tier that served: a priority request may be answered, and billed, as standard. */
export function servedTier(reported: {
  header?: string | undefined;
  serviceTier?: string | undefined;
  trafficType?: string | undefined;
}): string | undefined {
  const traffic = reported.trafficType?.toUpperCase();
  if (traffic && Object.hasOwn(TRAFFIC, traffic)) return TRAFFIC[traffic];
  return tierName(reported.header) ?? tierName(reported.serviceTier);
}
