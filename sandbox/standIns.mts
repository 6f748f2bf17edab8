import { aodocs } from './aodocs.mts';
import { cudoCompute } from './cudoCompute.mts';
import { userHub } from './userHub.mts';

/** The register: the stand-ins that the sandbox starts. One more is a file of its own, and its name here. */
export const standIns = { aodocs, cudoCompute, userHub };

/** The services that the sandbox stands in for. */
export type StandInName = keyof typeof standIns;

/** All names, in the order of the register. */
export const standInNames = Object.keys(standIns) as StandInName[];

type Made<Name extends StandInName> = ReturnType<(typeof standIns)[Name]['create']>;

/** What can be set of a stand-in. */
export type OptionsOf<Name extends StandInName> = Made<Name>['options'];

/** What a stand-in has beside what all have. */
export type ExtrasOf<Name extends StandInName> = Made<Name>['extras'];
