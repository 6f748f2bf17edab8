import type { NodeName } from './installation.mts';
import { ofEach } from '../services/index.mts';

/** One account at each service. */
export const accounts = ofEach(({ account }) => account);

/** Headers of a request with a JSON body. */
export const jsonHeaders = (name: NodeName) => ({ ...accounts[name].headers, 'content-type': 'application/json' });
