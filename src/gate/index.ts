import type { GateBundle } from '../capture/child/gate/gate.ts';
import { Keeper } from './keeper.ts';

/** The entry of `dist/gate.cjs`, which the hook loads where a budget stops calls. */
export const openGate: GateBundle['openGate'] = (config) => new Keeper(config);
