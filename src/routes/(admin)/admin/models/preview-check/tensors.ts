import type { StudentScorer } from '#lib/ml/distil/scorer.ts';
import type { Student } from '#lib/ml/distil/student.ts';
import { type LaterScorer, openLaterScorer, openTensorScorer } from '#lib/preview/tensor-scorer.ts';

/** Where tfjs may count. */
export type Backend = 'cpu' | 'wasm' | 'webgl' | 'webgpu';

/** The small model on one backend of tfjs. */
export interface TensorEngine extends LaterScorer {
  /** How many tensors there are now. */
  count(): number;
  close(): void;
}

const bring: Readonly<Record<Backend, () => Promise<unknown>>> = {
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
  wasm: async () => {
    const [{ setWasmPaths }, plain, simd] = await Promise.all([
      import('@tensorflow/tfjs-backend-wasm'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url'),
      import('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url'),
    ]);
    // Threads need a page that is isolated from all others; where it is not, tfjs takes the other two.
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plain.default,
      'tfjs-backend-wasm-simd.wasm': simd.default,
      'tfjs-backend-wasm-threaded-simd.wasm': simd.default,
    });
  },
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  webgpu: () => import('@tensorflow/tfjs-backend-webgpu'),
};

/** As one that could let wait, for those that do not. */
export function atOnce(scorer: StudentScorer): LaterScorer {
  return { scorer, answered: (ask) => Promise.resolve(ask()) };
}

/** Null where this device has no such backend. @param url of the LayersModel that holds the student's weights */
export async function openTensorEngine(
  backend: Backend,
  student: Student,
  url: string,
): Promise<TensorEngine | null> {
  const [core, { loadLayersModel }] = await Promise.all([
    import('@tensorflow/tfjs-core'),
    import('@tensorflow/tfjs-layers'),
    bring[backend](),
  ]);
  // WebGPU does not even enter itself where the browser has none.
  if (!core.findBackendFactory(backend) || !(await core.setBackend(backend))) return null;
  await core.ready();
  const model = await loadLayersModel(url);
  return {
    ...(backend === 'webgpu'
      ? openLaterScorer(student, model, core)
      : atOnce(openTensorScorer(student, model, core))),
    count: () => core.memory().numTensors,
    close: () => void model.dispose(),
  };
}
