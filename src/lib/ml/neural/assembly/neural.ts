// AssemblyScript, not TypeScript: the inner loops of networks. `npm run build:kernels` compiles this folder into
// neural-code.ts, and for engines with relaxed SIMD into fused-code.ts. kernel.ts says what each function does and
// plain-kernel.ts does the same in TypeScript; one contract suite holds all to the same formulas. Arguments named after
// arrays are byte offsets, all their numbers float32.

export { dense, multiply, start, transpose } from './multiply';
export { activate, activateBack, adam, add, clear, copy, product, scale, sumOfSquares } from './pointwise';
export { gruBack, gruForward, lstmBack, lstmForward } from './recurrent';
export { attentionBack, attentionForward } from './attention';
export { layerNormBack, layerNormForward } from './normalise';
export { columnsToImage, imageToColumns } from './images';
export { gather, scatterAdd, sparseMultiply } from './rows';
