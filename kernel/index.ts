/**
 * The inner loops of vector search, in AssemblyScript for WebAssembly SIMD. Memory is the caller's: every
 * argument is an address or a number, nothing is allocated here. src/store/kernel.ts is the other side.
 */
export { encode } from './encode';
export { collect, scan } from './scan';
export { makeTables } from './tables';
export { addTo, dot, rotate } from './vectors';
