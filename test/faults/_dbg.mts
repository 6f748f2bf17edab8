import '../support/setup.mts';
import { allCases, matrixText, runMatrix } from './matrix.mts';
import * as engine from '../support/engine.mts';
async function main(){
 const r = await runMatrix(allCases().filter(c=>c.number===Number(process.argv[2])), process.cwd(), 1);
 console.log(matrixText(r));
 console.log(JSON.stringify((globalThis as any).dbg,null,1));
}
void main();
