// What one test has found out of a service's pace is nothing that the next may know. It is loaded afterwards, so that a test can put its own clock
// in place first.
afterEach(async () => (await import('../../nodes/shared/http/gates.ts')).forgetGates());
