import { forgetGates } from '../../nodes/shared/http/gates.ts';

// What one test has found out of a service's pace is nothing that the next may know.
afterEach(forgetGates);
