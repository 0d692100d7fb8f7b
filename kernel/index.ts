/**
 * The inner loops of vector search, in AssemblyScript for WebAssembly SIMD. Memory is the caller's: every
 * argument is an address or a number, nothing is allocated here. src/storage/kernel.ts is the other side.
 */
export { nearestCentre } from './assign';
export { encodeBytes, scanBytes } from './bytes';
export { copySigns, encode, pack } from './encode';
export { refine, scanLists, selectBest } from './lists';
export { makeTables, makeWhole, scan } from './scan';
export { addTo, dot, rotate } from './vectors';
