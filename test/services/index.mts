import { aodocs } from './aodocs.mts';
import { cudoCompute } from './cudoCompute.mts';
import type { ServiceFixture } from './fixture.mts';
import { userHub } from './userHub.mts';

/** The register: the services, by the name of their node. One more is a file of its own, and its name here. */
export const services = { aodocs, cudoCompute, userHub } satisfies Record<string, ServiceFixture>;

/** The names of the nodes, as a workflow gives them without the package's prefix. */
export type NodeName = keyof typeof services;

/** All names, in the order of the register. */
export const nodeNames = Object.keys(services) as NodeName[];

/** One part of every service, by name. */
export const ofEach = <Part,>(part: (service: ServiceFixture, name: NodeName) => Part) =>
	Object.fromEntries(nodeNames.map((name) => [name, part(services[name], name)])) as Record<NodeName, Part>;
