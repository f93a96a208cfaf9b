import '@tensorflow/tfjs-backend-cpu';
import { io, setBackend, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { loadLayersModel } from '@tensorflow/tfjs-layers';

/** The two files of a layers model as they are read: what stands in model.json, without the weights themselves. */
export interface ModelFile {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: readonly object[] }[];
}

/** A network of one input and one output, as a function of rows. Holds its weights for as long as the page lives. */
export async function openModel(
  file: ModelFile,
  weightData: ArrayBuffer,
): Promise<(rows: Float32Array) => Float32Array> {
  await setBackend('cpu');
  const weightSpecs = file.weightsManifest.flatMap(({ weights }) => weights) as io.WeightsManifestEntry[];
  const model = await loadLayersModel(
    io.fromMemory({ modelTopology: file.modelTopology, weightSpecs, weightData }),
  );
  const width = model.inputs[0].shape.at(-1) ?? 0;
  return (rows) =>
    tidy(() => {
      const answer = model.predict(tensor2d(rows, [rows.length / width, width]), {
        batchSize: rows.length / width,
      });
      if (Array.isArray(answer)) throw new Error(`outputs: expected one, got ${answer.length}`);
      return Float32Array.from(answer.dataSync());
    });
}
